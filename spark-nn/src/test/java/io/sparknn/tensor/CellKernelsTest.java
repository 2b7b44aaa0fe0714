package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cells of both providers: equal to the bit, and close to the formulas in double precision. */
class CellKernelsTest {
  private static final CellKernels PLAIN = new PlainCellKernels();
  private static final CellKernels VECTOR = new VectorCellKernels();

  /** An array's elements from its index on. */
  private static float[][] arrays(int count, int n) {
    Random random = new Random(n);
    float[][] arrays = new float[count][n + count];
    for (float[] array : arrays) {
      for (int i = 0; i < array.length; i++) {
        array[i] = random.nextFloat() * 4 - 2;
      }
    }
    return arrays;
  }

  private static void lstm(CellKernels kernels, float[][] x, int n) {
    kernels.lstm(x[0], 0, x[1], 1, x[2], 2, x[3], 3, x[4], 4, n);
  }

  private static void lstmGradient(CellKernels kernels, float[][] x, int n) {
    kernels.lstmGradient(
        x[0], 0, x[1], 1, x[2], 2, x[3], 3, x[4], 4, x[5], 5, x[6], 6, x[7], 7, x[8], 8, n);
  }

  private static void gru(CellKernels kernels, float[][] x, int n) {
    kernels.gru(x[0], 0, x[1], 1, x[2], 2, x[3], 3, n);
  }

  private static void gruGradient(CellKernels kernels, float[][] x, int n) {
    kernels.gruGradient(x[0], 0, x[1], 1, x[2], 2, x[3], 3, x[4], 4, x[5], 5, n);
  }

  private interface Cell {
    void run(CellKernels kernels, float[][] x, int n);
  }

  /** The arrays after the plain kernel, once they are known to equal those after the other. */
  private static float[][] after(Cell cell, int count, int n) {
    float[][] plain = arrays(count, n);
    float[][] vector = arrays(count, n);
    cell.run(PLAIN, plain, n);
    cell.run(VECTOR, vector, n);
    for (int i = 0; i < count; i++) {
      assertArrayEquals(plain[i], vector[i], "array " + i + " of " + n);
    }
    return plain;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 15, 16, 17, 31, 33, 100, 1000})
  void cellsFollowTheirFormulas(int n) {
    float[][] x = arrays(9, n);
    float[][] lstm = after(CellKernelsTest::lstm, 5, n);
    float[][] lstmGradient = after(CellKernelsTest::lstmGradient, 9, n);
    float[][] gru = after(CellKernelsTest::gru, 4, n);
    float[][] gruGradient = after(CellKernelsTest::gruGradient, 6, n);
    for (int k = 0; k < n; k++) {
      x = arrays(5, n);
      assertClose(x[1][1 + k] * x[3][3 + k] + x[0][k] * x[2][2 + k], lstm[4][4 + k]);
      x = arrays(9, n);
      double d = x[5][5 + k] + (double) x[4][4 + k];
      assertClose(d * x[2][2 + k], lstmGradient[6][6 + k]);
      assertClose(d * x[3][3 + k], lstmGradient[7][7 + k]);
      assertClose(d * x[0][k], lstmGradient[8][8 + k]);
      assertClose(d * x[1][1 + k], lstmGradient[5][5 + k]);
      x = arrays(4, n);
      double z = x[0][k];
      assertClose(z * x[2][2 + k] + (1 - z) * x[1][1 + k], gru[3][3 + k]);
      x = arrays(6, n);
      z = x[0][k];
      double dh = x[3][3 + k];
      assertClose(dh * (x[2][2 + k] - x[1][1 + k]), gruGradient[4][4 + k]);
      assertClose(dh * (1 - z), gruGradient[5][5 + k]);
      assertClose(dh * z, gruGradient[3][3 + k]);
    }
  }

  private static void assertClose(double expected, float actual) {
    assertEquals(expected, actual, 1e-5);
  }

  @Test
  void tensorsOfOtherSizesAreRefused() {
    Tensor x = Tensor.zeros(2, 3);
    Tensor other = Tensor.zeros(2, 4);
    assertThrows(IllegalArgumentException.class, () -> Cells.lstm(x, x, x, x, other));
    assertThrows(IllegalArgumentException.class, () -> Cells.gru(x, x, x, other));
    assertThrows(
        IllegalArgumentException.class, () -> Cells.lstmGradient(x, x, x, x, x, x, x, x, other));
    assertThrows(IllegalArgumentException.class, () -> Cells.gruGradient(x, x, x, x, x, other));
  }
}
