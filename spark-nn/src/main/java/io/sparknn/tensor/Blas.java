package io.sparknn.tensor;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The library that multiplies matrices, chosen once for the virtual machine. The first that loads
 * and multiplies correctly is taken:
 *
 * <ol>
 *   <li>the one that the user names by the system property {@code spark.nn.blas.library}: a path, a
 *       name such as {@code libmkl_rt.so}, or {@code system} for {@code libblas.so.3}; or by
 *       netlib's own {@code dev.ludovic.netlib.blas.nativeLibPath} or {@code
 *       dev.ludovic.netlib.blas.nativeLib}. If it fails, one warning says why;
 *   <li>the embedded OpenBLAS;
 *   <li>the system's {@code libblas.so.3};
 *   <li>plain Java.
 * </ol>
 *
 * <p>A product takes one thread unless {@link #setThreads} says otherwise. OpenBLAS and MKL can be
 * told so; any other library reads an environment variable when it is loaded, such as {@code
 * OMP_NUM_THREADS}.
 *
 * <p>A process sees one BLAS: if MLlib has loaded the system's before, its routines stay in use,
 * whatever is chosen here. The log line names the library whose routines are in use.
 */
public final class Blas {
  /** The system property that names a library. */
  public static final String LIBRARY_PROPERTY = "spark.nn.blas.library";

  private static final Logger LOG = LoggerFactory.getLogger(Blas.class);
  private static final String NETLIB = "dev.ludovic.netlib.blas.";
  private static final String SYSTEM = "system";
  private static final String SYSTEM_LIBRARY = "libblas.so.3";

  private static int threads;

  private Blas() {}

  /** A library that was tried and works. */
  record Choice(BLAS blas, String name, String reason) {
    Choice because(String other) {
      return new Choice(blas, name, other);
    }
  }

  /** Loads the library on the first use. */
  private static final class Holder {
    static final Choice CHOICE = chooseAndReport();
  }

  static BLAS instance() {
    return Holder.CHOICE.blas();
  }

  /** The library's name and where it comes from, such as {@code OpenBLAS 0.3.31 (embedded)}. */
  public static String describe() {
    return Holder.CHOICE.name();
  }

  /**
   * The processor core whose code OpenBLAS runs, such as {@code Zen}; another library tells none.
   */
  public static String core() {
    return describe().startsWith(OpenBlas.NAME) ? OpenBlas.core() : "unknown";
  }

  /**
   * Sets how many threads one product may take; the default is 1, because tasks that each take all
   * cores slow one another down. Has no effect on a library other than OpenBLAS and MKL.
   *
   * @throws IllegalArgumentException if {@code count} is less than 1
   */
  public static void setThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a product takes at least 1 thread; received " + count);
    }
    Choice choice = Holder.CHOICE;
    // Every task says how many; telling the library again, while others compute, is to be avoided.
    synchronized (Blas.class) {
      if (count != threads || isOverruled(choice, count)) {
        passThreads(choice, count);
      }
    }
  }

  /**
   * What makes a product take more threads than {@link #setThreads} was told; null if nothing does.
   * OpenBLAS and MKL do as they are told, whatever their variables say.
   */
  public static String excess(int count) {
    if (!(Holder.CHOICE.blas() instanceof NativeBLAS)) {
      return null;
    }
    String variable = ThreadVariables.exceeding(Origin.VARIABLES, count, System.getenv());
    return variable == null
        ? null
        : "the BLAS library %s takes the threads that the environment variable %s asks for"
            .formatted(Origin.FILE.orElseThrow(), variable);
  }

  /** The library's file, which is large and therefore read once. */
  private static final class Origin {
    private static final Optional<Path> FILE = NativeBlas.origin();
    private static final List<String> VARIABLES =
        FILE.map(ThreadVariables::readBy).orElse(List.of());
  }

  /** Whether somebody else in this process, which has one OpenBLAS, has told it otherwise. */
  private static boolean isOverruled(Choice choice, int count) {
    return choice.name().startsWith(OpenBlas.NAME) && OpenBlas.threads() != count;
  }

  private static void passThreads(Choice choice, int count) {
    threads = count;
    if (choice.blas() instanceof NativeBLAS) {
      try {
        OpenBlas.setThreads(count);
      } catch (LinkageError | RuntimeException e) {
        LOG.warn(
            "{} cannot be told to take {} thread(s) for a product ({}); set OMP_NUM_THREADS={}.",
            choice.name(),
            count,
            e.toString(),
            count);
      }
    }
  }

  private static Choice chooseAndReport() {
    Choice choice = choose(namedByUser(), LOG::warn);
    passThreads(choice, 1);
    if (choice.name().startsWith(OpenBlas.NAME)) {
      warnAboutEnvironment();
      LOG.info(
          "BLAS: {}, core {}, threads {} ({}).",
          choice.name(),
          OpenBlas.core(),
          OpenBlas.threads(),
          choice.reason());
    } else if (choice.blas() instanceof NativeBLAS) {
      LOG.info("BLAS: {} ({}).", choice.name(), choice.reason());
    } else {
      LOG.warn(
          "BLAS: {}, some ten times slower than a native library ({}).",
          choice.name(),
          choice.reason());
    }
    return choice;
  }

  /** Warns if a variable makes OpenBLAS take the processor for a lesser one. */
  private static void warnAboutEnvironment() {
    String core = System.getenv("OPENBLAS_CORETYPE");
    if (core != null && OpenBlas.isLesserCore(OpenBlas.core(), Processor.flags())) {
      LOG.warn(
          "The environment variable OPENBLAS_CORETYPE={} keeps OpenBLAS from the processor's vectors"
              + " of 512 bits, which may halve its speed; unset it.",
          core);
    }
    String size = System.getenv("OPENBLAS_L2_SIZE");
    if (size != null && Processor.isLesserCache(size)) {
      LOG.warn(
          "The environment variable OPENBLAS_L2_SIZE={} is less than the processor's second-level"
              + " cache of {} KB, which may slow OpenBLAS down; unset it.",
          size,
          Processor.secondLevelCache());
    }
  }

  private static String namedByUser() {
    String named = System.getProperty(LIBRARY_PROPERTY, "");
    if (named.isEmpty()) {
      named = System.getProperty(NETLIB + "nativeLibPath", "");
    }
    return named.isEmpty() ? System.getProperty(NETLIB + "nativeLib", "") : named;
  }

  /** The first library that works; {@code named} is empty if the user leaves the choice to us. */
  static Choice choose(String named, Consumer<String> warn) {
    if (named.isEmpty()) {
      return chooseFreely();
    }
    try {
      String library = named.equals(SYSTEM) ? SYSTEM_LIBRARY : named;
      BLAS blas = NativeBlas.load(library);
      String routines = NativeBlas.origin().map(origin -> "; routines of " + origin).orElse("");
      return new Choice(blas, library, "named by a system property" + routines);
    } catch (UnsupportedOperationException e) {
      Choice other = chooseFreely();
      warn.accept(
          ("The BLAS library \"%s\" cannot be used: %s. %s is used instead. Correct or remove the"
                  + " system property %s.")
              .formatted(named, e.getMessage(), other.name(), LIBRARY_PROPERTY));
      return other.because("the named library failed");
    }
  }

  private static Choice chooseFreely() {
    try {
      return embedded();
    } catch (UnsupportedOperationException | LinkageError e) {
      return system("the embedded OpenBLAS: " + e.getMessage());
    }
  }

  static Choice embedded() {
    Path library = OpenBlas.unpack();
    BLAS blas = NativeBlas.loadTrusted(library.toString());
    return NativeBlas.origin()
        .filter(origin -> !isSameFile(origin, library))
        .map(origin -> new Choice(blas, origin.toString(), "this process had loaded it before"))
        .orElse(new Choice(blas, OpenBlas.NAME + " (embedded)", "the default"));
  }

  private static boolean isSameFile(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException e) {
      return false;
    }
  }

  private static Choice system(String reason) {
    try {
      return new Choice(NativeBlas.load(SYSTEM_LIBRARY), SYSTEM_LIBRARY, reason);
    } catch (UnsupportedOperationException e) {
      return plainJava(reason + "; " + SYSTEM_LIBRARY + ": " + e.getMessage());
    }
  }

  /** Netlib's plain Java, not its Vector API version, which is slower. */
  static Choice plainJava(String reason) {
    try {
      Method getInstance = Class.forName(NETLIB + "Java11BLAS").getMethod("getInstance");
      getInstance.setAccessible(true);
      return new Choice((BLAS) getInstance.invoke(null), "plain Java BLAS", reason);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this version of dev.ludovic.netlib lacks Java11BLAS; use version 3.0", e);
    }
  }
}
