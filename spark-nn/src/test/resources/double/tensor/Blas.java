package io.sparknn.tensor;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;

/** Plain Java is enough for tests. */
final class Blas {
  private Blas() {}

  static BLAS instance() {
    return JavaBLAS.getInstance();
  }

  static String describe() {
    return "plain Java";
  }
}
