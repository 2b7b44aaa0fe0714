package io.sparknn.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.tensor.Blas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Native libraries are loaded from a folder that nobody else can write to, and as the jar has them.
 */
class NativeCacheTest {

  private static final String LIBRARY = "libopenblas.so.0";

  @TempDir Path folder;
  private Path home;
  private Path temporary;

  @BeforeEach
  void makeFolders() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    temporary = Files.createDirectory(folder.resolve("tmp"));
  }

  /** The other process: prints its BLAS, and where its libraries come from. */
  public static final class Loading {
    private Loading() {}

    public static void main(String[] arguments) throws IOException {
      ChildJvm.print("blas", Blas.describe().replace(' ', '_'));
      try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
        for (String file :
            lines
                .filter(line -> line.contains("/lib") && line.contains("openblas"))
                .map(line -> line.substring(line.indexOf('/')))
                .distinct()
                .toList()) {
          Path path = Path.of(file);
          ChildJvm.print(path.getFileName().toString(), path);
          if (path.getFileName().toString().equals(LIBRARY)) {
            printPermissions(path);
          }
        }
      }
    }

    /** Those of the folder, which may go with this process. */
    private static void printPermissions(Path file) throws IOException {
      Path top = file;
      while (!top.getFileName().toString().matches("cache|spark-nn-\\d+")) {
        top = top.getParent();
      }
      ChildJvm.print(
          "permissions", PosixFilePermissions.toString(Files.getPosixFilePermissions(top)));
    }
  }

  private Map<String, String> load(Path home) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>();
    options.add("-Duser.home=" + home);
    options.add("-Djava.io.tmpdir=" + temporary);
    try (ChildJvm other =
        ChildJvm.start(folder, options, Loading.class.getName(), List.of(), Map.of())) {
      Map<String, String> results = other.results();
      assertTrue(results.get("blas").startsWith("OpenBLAS_"), other::text);
      return results;
    }
  }

  /** Where JavaCPP would unpack it if the home folder cannot be written to. */
  @Test
  void aFolderOfAKnownNameIsNotUsed() throws IOException, InterruptedException {
    Path known =
        Files.createDirectories(
            temporary.resolve(".javacpp-" + System.getProperty("user.name")).resolve("cache"));
    Files.setPosixFilePermissions(known, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(known.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    for (Path home : List.of(Path.of("/proc/none"), Path.of("?"))) {
      Map<String, String> loaded = load(home);
      String library = loaded.get(LIBRARY);
      assertTrue(library.startsWith(temporary + "/spark-nn-"), library);
      assertEquals("rwx------", loaded.get("permissions"));
      assertFalse(Files.exists(Path.of(library)), "it goes when the process ends");
    }
    try (Stream<Path> files = Files.list(known)) {
      assertEquals(0, files.count());
    }
  }

  @Test
  void aFolderBehindALinkIsNotUsed() throws IOException, InterruptedException {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createSymbolicLink(home.resolve(".javacpp"), elsewhere);
    String library = load(home).get(LIBRARY);
    assertTrue(library.startsWith(temporary + "/spark-nn-"), library);
    try (Stream<Path> files = Files.walk(elsewhere)) {
      assertEquals(0, files.filter(Files::isRegularFile).count());
    }
  }

  @Test
  void whatOthersWroteIntoItIsReplaced() throws IOException, InterruptedException {
    Map<String, String> loaded = load(home);
    Path library = Path.of(loaded.get(LIBRARY));
    assertTrue(library.startsWith(home.resolve(".javacpp/cache")), library.toString());
    assertEquals("rwx------", loaded.get("permissions"));
    Path copy = library.resolveSibling("libopenblas_nolapack.so.0");
    byte[] good = Files.readAllBytes(library);
    assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(copy)));
    for (Path file : List.of(library, copy)) {
      byte[] bad = good.clone();
      bad[bad.length / 3] ^= 1;
      FileTime time = Files.getLastModifiedTime(file);
      Files.write(file, bad);
      Files.setLastModifiedTime(file, time);
    }
    for (Path path : List.of(library, library.getParent(), home.resolve(".javacpp/cache"))) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    loaded.put("permissions", "rwxr-xr-x");
    assertEquals(loaded, load(home));
    for (Path file : List.of(library, copy)) {
      assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(file)), file.toString());
    }
    for (Path path : List.of(library, library.getParent())) {
      String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
      assertFalse(permissions.substring(3).contains("w"), path + " " + permissions);
    }
  }
}
