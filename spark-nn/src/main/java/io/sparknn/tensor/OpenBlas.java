package io.sparknn.tensor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.openblas.global.openblas_nolapack;

/** The OpenBLAS that comes as a dependency, and what only OpenBLAS can be asked. */
final class OpenBlas {
  /** Name and version, such as {@code OpenBLAS 0.3.31}. */
  static final String NAME = openblas_nolapack.OPENBLAS_VERSION.trim();

  private static final List<String> CORES =
      List.of(
          "PRESCOTT",
          "CORE2",
          "NEHALEM",
          "SANDYBRIDGE",
          "HASWELL",
          "SKYLAKEX",
          "COOPERLAKE",
          "SAPPHIRERAPIDS",
          "BARCELONA",
          "BULLDOZER",
          "PILEDRIVER",
          "STEAMROLLER",
          "EXCAVATOR",
          "ZEN",
          "ARMV8",
          "CORTEXA57",
          "NEOVERSEN1",
          "NEOVERSEN2",
          "NEOVERSEV1");

  private static final String LIBRARY = "libopenblas.so.0";

  /** In the order in which they need one another. */
  private static final List<String> LIBRARIES =
      List.of(
          "libgcc_s.so.1",
          "libquadmath.so.0",
          "libgfortran.so.5",
          LIBRARY,
          "libjniopenblas_nolapack.so");

  /** Those of the cores whose code uses vectors of 512 bits. */
  private static final Set<String> WIDE_CORES = Set.of("Skylakex", "Cooperlake", "Sapphirerapids");

  /** Why JavaCPP must not unpack anything here; null if it may. */
  private static final UnsupportedOperationException REFUSAL = prepare();

  private OpenBlas() {}

  /** Before anything here makes JavaCPP unpack its own library. */
  private static UnsupportedOperationException prepare() {
    try {
      NativeCache.prepare();
      return null;
    } catch (UnsupportedOperationException e) {
      return e;
    } catch (LinkageError e) {
      return new UnsupportedOperationException("it does not load (" + e + ")", e);
    }
  }

  private static void check() {
    if (REFUSAL != null) {
      throw new UnsupportedOperationException(REFUSAL.getMessage(), REFUSAL);
    }
  }

  /** Whether a core's code leaves vectors of 512 bits unused that the processor has. */
  static boolean isLesserCore(String core, Set<String> flags) {
    return flags.contains("avx512f") && !WIDE_CORES.contains(core);
  }

  /**
   * Unpacks the libraries into {@link NativeCache} (JavaCPP locks out other threads and processes
   * meanwhile) and loads them.
   *
   * @return the file of libopenblas
   * @throws UnsupportedOperationException if there is none for this platform, or it does not load
   */
  static Path unpack() {
    check();
    try {
      NativeCache.unpack(Loader.class, folder("javacpp"), List.of("libjnijavacpp.so"));
      NativeCache.unpack(openblas_nolapack.class, folder("openblas"), LIBRARIES);
      Loader.load(openblas_nolapack.class);
      return Loader.cacheResource(openblas_nolapack.class, folder("openblas") + LIBRARY).toPath();
    } catch (UnsupportedOperationException e) {
      throw e;
    } catch (LinkageError | IOException | RuntimeException e) {
      throw new UnsupportedOperationException("it does not load (" + e + ")", e);
    }
  }

  private static String folder(String library) {
    return "/org/bytedeco/%s/%s/".formatted(library, Loader.getPlatform());
  }

  /**
   * Sets how many threads one product may take, in all of this process. Reaches the BLAS whose
   * routines the process sees, be it this OpenBLAS, another one, or MKL.
   */
  static void setThreads(int threads) {
    check();
    openblas_nolapack.blas_set_num_threads(threads);
  }

  static int threads() {
    check();
    return openblas_nolapack.blas_get_num_threads();
  }

  /** Where the process sees the routine that multiplies, or 0. */
  static long productAddress() {
    check();
    Pointer routine = Loader.addressof("sgemm_");
    return routine == null ? 0 : routine.address();
  }

  /**
   * The processor core whose code OpenBLAS runs. Its function for that returns a string, which
   * JavaCPP has no call for here; but the table of routines in use is one of those known by core.
   */
  static String core() {
    Pointer used = Loader.addressof("gotoblas");
    if (used == null) {
      return "unknown";
    }
    long table = new PointerPointer<Pointer>(used).get(Pointer.class, 0).address();
    for (String core : CORES) {
      Pointer known = Loader.addressof("gotoblas_" + core);
      if (known != null && known.address() == table) {
        return core.charAt(0) + core.substring(1).toLowerCase(Locale.ROOT);
      }
    }
    return "unknown";
  }
}
