package io.sparknn.tensor;

import dev.ludovic.netlib.blas.BLAS;

/**
 * The product of two tall matrices, the first transposed, as in a weight's gradient: few rows and
 * columns, and sums over all positions of a batch. OpenBLAS copies both of them first, which costs
 * as much as half of such a product; but where it uses vectors of 512 bits it multiplies small
 * matrices as they lie. So there the product is summed up from such small ones.
 */
final class LongProduct {
  /** The extents of a small product. OpenBLAS' limit for what it does not copy is 100^3. */
  private static final int ROWS = 96;

  private static final int COLUMNS = 128;
  private static final int DEPTH = 64;

  /** Fewer columns are summed up deeper, so that a call has as much to do. */
  private static final int NARROW = 64;

  private static final int MOST_DEPTH = 512;

  /** Shorter sums are not worth the calls. */
  private static final int LEAST = 1024;

  /** Where OpenBLAS copies small matrices too, they are slower by a fifth. */
  private static final boolean IS_FASTER =
      Maths.KERNELS.vectorBits() == 512 && Blas.describe().contains("OpenBLAS");

  private LongProduct() {}

  /** Whether the sums are so much longer than the result is wide and high that this is faster. */
  static boolean isFaster(int m, int n, int k) {
    return IS_FASTER && k >= LEAST && k >= 2 * Math.max(m, n);
  }

  /** c = alpha a' &middot; b + beta c; nothing is checked. */
  static void multiply(
      BLAS blas,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float alpha,
      float beta,
      float[] c,
      int co,
      int ldc) {
    int depth = n < NARROW ? Math.min(MOST_DEPTH, COLUMNS * DEPTH / n) : DEPTH;
    for (int p = 0; p < k; p += depth) {
      for (int j = 0; j < n; j += COLUMNS) {
        for (int i = 0; i < m; i += ROWS) {
          Maths.multiply(
              blas,
              Math.min(ROWS, m - i),
              Math.min(COLUMNS, n - j),
              Math.min(depth, k - p),
              a,
              ao + p * lda + i,
              lda,
              true,
              b,
              bo + p * ldb + j,
              ldb,
              false,
              alpha,
              p == 0 ? beta : 1f,
              c,
              co + i * ldc + j,
              ldc);
        }
      }
    }
  }
}
