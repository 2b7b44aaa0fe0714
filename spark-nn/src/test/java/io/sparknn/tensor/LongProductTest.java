package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The products of long matrices against plain sums. */
class LongProductTest {
  private static final int[][] SIZES = {
    {1, 1, 1024}, {3, 5, 1025}, {96, 64, 1024}, {97, 129, 1100}, {200, 7, 1027}, {33, 63, 1300}
  };

  private static final float GUARD = 12345.678f;

  private static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  @Test
  void sumsUpAllParts() {
    for (int[] size : SIZES) {
      for (float beta : new float[] {0f, 0.5f}) {
        check(size[0], size[1], size[2], beta);
      }
    }
  }

  private static void check(int m, int n, int k, float beta) {
    int lda = m + 2;
    int ldb = n + 1;
    int ldc = n + 3;
    float[] a = random(3 + k * lda, 1);
    float[] b = random(2 + k * ldb, 2);
    float[] c = new float[1 + m * ldc];
    Arrays.fill(c, GUARD);
    for (int i = 0; i < m; i++) {
      Arrays.fill(c, 1 + i * ldc, 1 + i * ldc + n, beta == 0 ? Float.NaN : 4f);
    }
    LongProduct.multiply(Blas.instance(), m, n, k, a, 3, lda, b, 2, ldb, 2f, beta, c, 1, ldc);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < ldc; j++) {
        double expected = 4 * beta;
        for (int p = 0; p < k && j < n; p++) {
          expected += 2.0 * a[3 + p * lda + i] * b[2 + p * ldb + j];
        }
        assertEquals(j < n ? expected : GUARD, c[1 + i * ldc + j], 2e-3);
      }
    }
  }

  @Test
  void otherProductsAreLeftToTheLibrary() {
    assertFalse(LongProduct.isFaster(1000, 1000, 1000));
    assertFalse(LongProduct.isFaster(10, 10, 100));
  }
}
