package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every provider's normalisations against plain loops in double precision, at awkward sizes. */
class NormsTest {
  private static final int[][] MATRICES = {
    {1, 1}, {2, 3}, {3, 15}, {5, 16}, {4, 17}, {9, 33}, {7, 100}, {64, 31}, {300, 48}, {5000, 10}
  };

  private static final float EPSILON = 0.01f;

  static List<Named<NormKernels>> providers() {
    return KernelsTest.providers().stream()
        .map(kernels -> Named.of(kernels.getName(), kernels.getPayload().norms()))
        .toList();
  }

  private static float[] random(int n, long seed, float level) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = level + (float) (2 * random.nextGaussian());
    }
    return x;
  }

  private static double mean(float[] x, int from, int step, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[from + i * step];
    }
    return sum / n;
  }

  private static double variance(float[] x, int from, int step, int n) {
    double mean = mean(x, from, step, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (x[from + i * step] - mean) * (x[from + i * step] - mean);
    }
    return sum / n;
  }

  @ParameterizedTest
  @MethodSource("providers")
  void rows(NormKernels kernels) {
    for (int[] size : MATRICES) {
      int rows = size[0];
      int columns = size[1];
      float[] x = random(3 + rows * columns, 1, 1f);
      float[] dy = random(1 + rows * columns, 2, 0f);
      float[] scale = random(columns + 1, 3, 0f);
      float[] shift = random(columns + 2, 4, 0f);
      float[] y = new float[2 + rows * columns];
      float[] dx = new float[4 + rows * columns];
      float[] mean = new float[rows + 1];
      float[] inverse = new float[rows + 2];
      float[] dscale = new float[columns + 3];
      float[] dshift = new float[columns + 4];
      double[] expectedScale = new double[columns];
      double[] expectedShift = new double[columns];
      kernels.normalize(
          x, 3, EPSILON, scale, 1, shift, 2, y, 2, mean, 1, inverse, 2, rows, columns);
      kernels.normalizeGradient(
          x, 3, dy, 1, scale, 1, mean, 1, inverse, 2, dscale, 3, dshift, 4, dx, 4, rows, columns);
      for (int r = 0; r < rows; r++) {
        int o = r * columns;
        double center = mean(x, 3 + o, 1, columns);
        double factor = 1 / Math.sqrt(variance(x, 3 + o, 1, columns) + EPSILON);
        double level = 0;
        double slope = 0;
        for (int c = 0; c < columns; c++) {
          double normalized = (x[3 + o + c] - center) * factor;
          double d = dy[1 + o + c];
          double expected = normalized * scale[1 + c] + shift[2 + c];
          assertEquals(expected, y[2 + o + c], 1e-5 * Math.max(1, factor));
          level += d * scale[1 + c] / columns;
          slope += d * scale[1 + c] * normalized / columns;
          expectedScale[c] += d * normalized;
          expectedShift[c] += d;
        }
        for (int c = 0; c < columns; c++) {
          double normalized = (x[3 + o + c] - center) * factor;
          double expected = factor * (dy[1 + o + c] * scale[1 + c] - level - slope * normalized);
          assertEquals(expected, dx[4 + o + c], 3e-5 * Math.max(1, factor));
        }
      }
      for (int c = 0; c < columns; c++) {
        assertEquals(expectedScale[c], dscale[3 + c], 1e-6 * Math.max(10, 6 * rows));
        assertEquals(expectedShift[c], dshift[4 + c], 1e-6 * Math.max(10, 6 * rows));
      }
    }
  }

  @Test
  void refusesSizesThatDoNotFit() {
    Tensor x = Tensor.zeros(2, 3);
    Tensor three = Tensor.zeros(3);
    Tensor two = Tensor.zeros(2);
    assertThrows(
        IllegalArgumentException.class,
        () -> Norms.normalize(x, EPSILON, three, three, x, three, two));
  }
}
