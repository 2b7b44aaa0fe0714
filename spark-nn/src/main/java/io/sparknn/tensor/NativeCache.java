package io.sparknn.tensor;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.bytedeco.javacpp.Loader;

/**
 * The folder into which JavaCPP unpacks native libraries before it loads them: one to which nobody
 * else can write, {@code .javacpp/cache} in the home folder or, where that cannot be, a new one
 * among the temporary files. JavaCPP itself would take one of a name that everybody knows there,
 * whoever owns it, and load what lies in it. Each file's content is checked against the jar's.
 */
final class NativeCache {

  private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";
  private static final String OTHER_PROPERTY = "org.bytedeco.javacpp.cacheDir";

  /** How the names of JavaCPP's own folders begin. */
  private static final String OWN = ".javacpp";

  private static final Set<PosixFilePermission> WRITING =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Of the mode of a folder in which only owners may rename and delete files. */
  private static final int STICKY = 01000;

  private static final boolean HAS_OWNERS =
      Path.of("").getFileSystem().supportedFileAttributeViews().contains("unix");

  private NativeCache() {}

  /**
   * Chooses the folder, unless JavaCPP, which others may use too, has done so already.
   *
   * @throws UnsupportedOperationException if others can write to the one that it has chosen, or
   *     there is none
   */
  static void prepare() {
    try {
      String named = System.getProperty(PROPERTY, System.getProperty(OTHER_PROPERTY));
      Path folder =
          named != null
              ? Path.of(named)
              : Path.of(System.getProperty("user.home", "?"), OWN, "cache");
      if (!folder.isAbsolute() || !claim(folder)) {
        folder = create();
      }
      System.setProperty(PROPERTY, folder.toString());
      Path chosen = Loader.getCacheDir().toPath();
      if (!chosen.equals(folder.toRealPath()) && !claim(chosen)) {
        throw new UnsupportedOperationException(
            "others can write to the folder %s, into which JavaCPP unpacks it: set the system property %s to a folder of your own"
                .formatted(chosen, PROPERTY));
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof UnsupportedOperationException unsupported) {
        throw unsupported;
      }
      throw new UnsupportedOperationException("it cannot be unpacked (" + e + ")", e);
    }
  }

  /** Makes a folder, if need be, and makes it private; whether that worked. */
  private static boolean claim(Path folder) {
    try {
      if (HAS_OWNERS) {
        Files.createDirectories(folder, PRIVATE);
      } else {
        Files.createDirectories(folder);
      }
      if (folder.getParent().getFileName().toString().startsWith(OWN)) {
        secure(folder.getParent());
      }
      secure(folder);
      return Files.isWritable(folder) && !isMovable(folder.toRealPath());
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Whether somebody else can put another folder in the place of one above. */
  private static boolean isMovable(Path folder) throws IOException {
    for (Path above = folder.getParent(); HAS_OWNERS && above != null; above = above.getParent()) {
      int mode = (Integer) Files.getAttribute(above, "unix:mode");
      boolean isOpen =
          Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_WRITE);
      if (isOpen && (mode & STICKY) == 0) {
        return true;
      }
    }
    return false;
  }

  /** Refuses what is not our own, and takes the right to write to it from all others. */
  private static void secure(Path path) throws IOException {
    if (!HAS_OWNERS || path == null) {
      return;
    }
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    long owner = (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (Files.isSymbolicLink(path) || owner != new UnixSystem().getUid() || (mode & STICKY) != 0) {
      throw new IOException(path + " is a link, or not ours alone");
    }
    PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    if (permissions.removeAll(WRITING)) {
      view.setPermissions(permissions);
    }
  }

  /** A new folder that goes when the virtual machine does. */
  private static Path create() throws IOException {
    Path folder =
        HAS_OWNERS
            ? Files.createTempDirectory("spark-nn-", PRIVATE)
            : Files.createTempDirectory("spark-nn-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return folder;
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Temporary files are cleared away some day.
      return;
    }
  }

  /**
   * Unpacks files that are not there, and replaces those that are not as in the jar.
   *
   * @param folder of resources
   * @param names of resources in it; those that there are not, on this platform, are passed over
   * @throws UnsupportedOperationException if a file cannot be made what it should be
   */
  static void unpack(Class<?> owner, String folder, List<String> names) {
    try {
      Path cached = null;
      Set<Long> checksums = new HashSet<>();
      for (String name : names) {
        URL resource = owner.getResource(folder + name);
        if (resource != null) {
          cached = unpack(resource).getParent();
          checksums.add(checksum(resource));
        }
      }
      if (cached != null) {
        deleteOthers(owner, folder, cached, checksums);
      }
    } catch (IOException e) {
      throw new UnsupportedOperationException("it cannot be unpacked (" + e + ")", e);
    }
  }

  private static Path unpack(URL resource) throws IOException {
    Path cache = Loader.getCacheDir().toPath();
    long expected = checksum(resource);
    Path file = Loader.cacheResource(resource).toPath();
    if (checksum(Files.newInputStream(file)) != expected) {
      Files.delete(file);
      file = Loader.cacheResource(resource).toPath();
    }
    for (Path path = file; !path.equals(cache); path = path.getParent()) {
      secure(path);
    }
    // Others may have written to it until now.
    if (checksum(Files.newInputStream(file)) != expected) {
      throw new IOException(file + " is not what the jar holds");
    }
    return file;
  }

  /** JavaCPP keeps copies under other names, and loads these. */
  private static void deleteOthers(Class<?> owner, String folder, Path cached, Set<Long> checksums)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(cached)) {
      files = all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)).toList();
    }
    for (Path file : files) {
      URL resource = owner.getResource(folder + file.getFileName());
      boolean isOurs = !Files.isSymbolicLink(file) && Files.isRegularFile(file);
      if (isOurs) {
        secure(file);
        long found = checksum(Files.newInputStream(file));
        isOurs = resource == null ? checksums.contains(found) : found == checksum(resource);
      }
      if (!isOurs) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** As the jar tells it, if it does. */
  private static long checksum(URL resource) throws IOException {
    URLConnection connection = resource.openConnection();
    connection.setUseCaches(false);
    if (connection instanceof JarURLConnection jar) {
      try (JarFile file = jar.getJarFile()) {
        long checksum = file.getEntry(jar.getEntryName()).getCrc();
        if (checksum >= 0) {
          return checksum;
        }
      }
    }
    return checksum(resource.openStream());
  }

  private static long checksum(InputStream content) throws IOException {
    try (CheckedInputStream checked = new CheckedInputStream(content, new CRC32())) {
      checked.transferTo(OutputStream.nullOutputStream());
      return checked.getChecksum().getValue();
    }
  }
}
