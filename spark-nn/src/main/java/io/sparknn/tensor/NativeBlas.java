package io.sparknn.tensor;

import dev.ludovic.netlib.blas.BLAS;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loads a native library behind netlib's interface, as often as asked and each time a library of
 * the caller's choice. Netlib itself loads one library, once, from the class {@code JNIBLAS}, and
 * cannot try again; in a Spark application MLlib has often done so before. So every attempt here
 * defines that class anew.
 */
final class NativeBlas {
  private static final String PACKAGE = "dev.ludovic.netlib.blas.";
  private static final String PATH_PROPERTY = PACKAGE + "nativeLibPath";

  private NativeBlas() {}

  /**
   * Loads a library.
   *
   * @param library a file, or a name that the dynamic linker resolves
   * @throws UnsupportedOperationException if it is missing, is no BLAS, or computes nonsense; the
   *     message says which
   */
  static BLAS load(String library) {
    if (library.contains("/") && !Files.isReadable(Path.of(library))) {
      throw new UnsupportedOperationException("there is no such file");
    }
    Set<Path> before = mappedFiles();
    BLAS blas = instance(library);
    if (!definesProduct(library, before)) {
      throw new UnsupportedOperationException("it is not a BLAS, for it has no routine sgemm");
    }
    return checked(blas);
  }

  /** Loads a library that is known to be a BLAS. */
  static BLAS loadTrusted(String library) {
    return checked(instance(library));
  }

  private static BLAS checked(BLAS blas) {
    if (!multipliesCorrectly(blas)) {
      throw new UnsupportedOperationException("it multiplies wrongly");
    }
    return blas;
  }

  /**
   * Whether the library, or one that came with it, names the routine. Netlib calls a missing
   * routine at address 0, which ends the virtual machine, so this must be known before the first
   * call.
   */
  private static boolean definesProduct(String library, Set<Path> before) {
    Set<Path> mapped = mappedFiles();
    String name = Path.of(library).getFileName().toString();
    return mapped.stream()
        .filter(file -> !before.contains(file) || file.getFileName().toString().startsWith(name))
        .anyMatch(NativeBlas::containsSymbol);
  }

  /** The libraries in this process, as Linux lists them. */
  private static Set<Path> mappedFiles() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains(".so") && line.contains("/"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .filter(file -> !file.getFileName().toString().startsWith("libnetlibblasjni"))
          .collect(Collectors.toSet());
    } catch (IOException | UncheckedIOException e) {
      return Set.of();
    }
  }

  /**
   * The file whose routine netlib really calls, if Linux tells. Netlib asks the dynamic linker for
   * the first one in the process, so a BLAS that MLlib has loaded before stays in use.
   */
  static Optional<Path> origin() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      long address = OpenBlas.productAddress();
      return lines
          .filter(line -> line.contains("/") && contains(line, address))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .findFirst();
    } catch (IOException | UncheckedIOException | UnsupportedOperationException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** Whether a line that starts with {@code from-to}, in hexadecimal, covers an address. */
  private static boolean contains(String line, long address) {
    int dash = line.indexOf('-');
    long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
    long to = Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16);
    return from <= address && address < to;
  }

  private static boolean containsSymbol(Path file) {
    return content(file).contains("\0sgemm_\0");
  }

  /** A file's bytes as characters; none if it cannot be read. */
  static String content(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  // The property is one for the whole machine: two attempts must not overlap.
  private static synchronized BLAS instance(String library) {
    String before = System.getProperty(PATH_PROPERTY);
    System.setProperty(PATH_PROPERTY, library);
    try {
      Class<?> type = Class.forName(PACKAGE + "JNIBLAS", true, new FreshClasses());
      Method getInstance = type.getMethod("getInstance");
      getInstance.setAccessible(true);
      return (BLAS) getInstance.invoke(null);
    } catch (LinkageError | InvocationTargetException e) {
      throw new UnsupportedOperationException(
          "the dynamic linker does not find it, or it is not a BLAS", e);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new UnsupportedOperationException(
          "this version of dev.ludovic.netlib is unknown (" + e + ")", e);
    } finally {
      if (before == null) {
        System.clearProperty(PATH_PROPERTY);
      } else {
        System.setProperty(PATH_PROPERTY, before);
      }
    }
  }

  /** A product of small integers, whose sums floats hold exactly. */
  static boolean multipliesCorrectly(BLAS blas) {
    int m = 19;
    int n = 37;
    int k = 23;
    float[] a = smallIntegers(m * k);
    float[] b = smallIntegers(k * n);
    float[] c = new float[m * n];
    blas.sgemm("N", "N", m, n, k, 1f, a, m, b, k, 0f, c, m);
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < m; i++) {
        float sum = 0f;
        for (int l = 0; l < k; l++) {
          sum += a[l * m + i] * b[j * k + l];
        }
        if (c[j * m + i] != sum) {
          return false;
        }
      }
    }
    return true;
  }

  private static float[] smallIntegers(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = i * 31 % 17 - 8;
    }
    return x;
  }

  /** Defines netlib's two classes anew; everything else, above all the interfaces, is shared. */
  private static final class FreshClasses extends ClassLoader {
    private static final Set<String> FRESH = Set.of(PACKAGE + "JNIBLAS", PACKAGE + "AbstractBLAS");

    FreshClasses() {
      super(BLAS.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!FRESH.contains(name)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] code = in.readAllBytes();
        return defineClass(name, code, 0, code.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
