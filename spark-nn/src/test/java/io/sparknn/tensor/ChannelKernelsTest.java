package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels on the Vector API against those in plain Java, at odd sizes. */
class ChannelKernelsTest {
  private static final int[] ROWS = {1, 2, 3, 7, 64, 131};

  private final ChannelKernels plain = new PlainChannelKernels();
  private final ChannelKernels vector = new VectorChannelKernels();

  private static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 15, 16, 17, 32, 48, 64, 100, 4096})
  void bothProvidersAgree(int columns) {
    for (int rows : ROWS) {
      int n = rows * columns;
      float[] x = random(n + 1, 1);
      float[] dy = random(n + 2, 2);
      float[] y = random(n + 3, 3);
      y[3] = 0;
      y[2 + n] = -0f;
      float[][] vectors = {
        random(columns + 1, 4), random(columns + 2, 5), random(columns + 3, 6), random(columns, 7)
      };
      float[][] sums = {random(columns + 4, 8), random(columns + 5, 9)};
      float[][] expected = {sums[0].clone(), sums[1].clone()};
      plain.addDeviations(x, 1, vectors[0], 1, expected[0], 4, expected[1], 5, rows, columns);
      vector.addDeviations(x, 1, vectors[0], 1, sums[0], 4, sums[1], 5, rows, columns);
      assertClose(expected, sums);
      for (float[] rectified : new float[][] {null, y}) {
        plain.addGradients(
            x,
            1,
            vectors[0],
            1,
            rectified,
            3,
            dy,
            2,
            expected[0],
            4,
            expected[1],
            5,
            rows,
            columns);
        vector.addGradients(
            x, 1, vectors[0], 1, rectified, 3, dy, 2, sums[0], 4, sums[1], 5, rows, columns);
        assertClose(expected, sums);
        float[][] dx = {random(n + 4, 10), random(n + 4, 10)};
        plain.gradient(
            x,
            1,
            vectors[0],
            1,
            rectified,
            3,
            dy,
            2,
            vectors[1],
            2,
            vectors[2],
            3,
            vectors[3],
            0,
            dx[0],
            4,
            rows,
            columns);
        vector.gradient(
            x,
            1,
            vectors[0],
            1,
            rectified,
            3,
            dy,
            2,
            vectors[1],
            2,
            vectors[2],
            3,
            vectors[3],
            0,
            dx[1],
            4,
            rows,
            columns);
        assertArrayEquals(dx[0], dx[1]);
      }
      float[][] dx = {random(n + 4, 12), random(n + 4, 12)};
      plain.rectifiedGradient(y, 3, dy, 2, dx[0], 4, expected[0], 4, rows, columns);
      vector.rectifiedGradient(y, 3, dy, 2, dx[1], 4, sums[0], 4, rows, columns);
      assertArrayEquals(dx[0], dx[1]);
      assertClose(expected, sums);
      for (float least : new float[] {0, Float.NEGATIVE_INFINITY}) {
        float[][] out = {random(n + 4, 11), random(n + 4, 11)};
        plain.addBias(x, 1, vectors[0], 1, least, out[0], 4, rows, columns);
        vector.addBias(x, 1, vectors[0], 1, least, out[1], 4, rows, columns);
        assertArrayEquals(out[0], out[1]);
        plain.affine(x, 1, vectors[0], 1, vectors[1], 2, least, out[0], 4, rows, columns);
        vector.affine(x, 1, vectors[0], 1, vectors[1], 2, least, out[1], 4, rows, columns);
        assertArrayEquals(out[0], out[1]);
      }
    }
  }

  private static void assertClose(float[][] expected, float[][] actual) {
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual[i], 1e-3f);
    }
  }

  @Test
  void plainSumsAreRight() {
    float[] sum = {1, 0};
    float[] squares = {0, 2};
    plain.addDeviations(
        new float[] {1, 2, 3, 5}, 0, new float[] {1, 1}, 0, sum, 0, squares, 0, 2, 2);
    assertArrayEquals(new float[] {3, 5}, sum);
    assertArrayEquals(new float[] {4, 19}, squares);
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    Tensor x = Tensor.zeros(2, 3);
    Tensor two = Tensor.zeros(2);
    assertEquals(
        "affine takes vectors with an element for each channel; received (2) for (2, 3)",
        assertThrows(IllegalArgumentException.class, () -> Channels.affine(x, two, two, 0, x))
            .getMessage());
  }
}
