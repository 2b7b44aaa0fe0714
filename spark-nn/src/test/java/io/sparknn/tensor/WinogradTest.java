package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Winograd's filtering against plain loops in double precision, at awkward sizes. */
class WinogradTest {
  private static final int OFFSET = 3;
  private static final int STRIPS = 3;

  private final Random random = new Random(5);

  private float[] random(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private Tensor random(Shape shape) {
    return new Tensor(random(shape.size()), 0, shape);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 15, 16, 17, 31, 33, 48, 100})
  void providersAgree(int n) {
    float[] x = random(12 * (n + 2) + OFFSET);
    for (int count : new int[] {1, 2, 5}) {
      float[] plain = maps(new PlainWinogradKernels(), count, n, x);
      float[] vector = maps(new VectorWinogradKernels(), count, n, x);
      assertArrayEquals(plain, vector, 2e-5f);
    }
  }

  /** The results of all maps, one after another. */
  private static float[] maps(WinogradKernels kernels, int count, int n, float[] x) {
    int step = count * (n + 1);
    int size = 6 * step;
    int next = n + 1;
    float[] y = new float[5 * size + OFFSET];
    kernels.toPoints(count, n, x, OFFSET, n + 2, 1, y, OFFSET, step, next);
    int at = size + OFFSET;
    for (int results : new int[] {2, 4}) {
      kernels.fromPoints(results, count, n, x, OFFSET, n + 2, 1, y, at, step, next);
      kernels.spread(results, count, n, x, OFFSET, n + 2, 1, y, at + size, step, next);
      at += 2 * size;
    }
    kernels.gather(count, n, x, OFFSET, n + 2, 1, y, OFFSET, step, next);
    return y;
  }

  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, 1", "3, 2, 3, 5", "3, 5, 16, 32", "3, 4, 17, 33", "3, 2, 64, 16", "3, 3, 32, 100",
    "5, 1, 1, 1", "5, 2, 5, 3", "5, 4, 32, 16", "5, 3, 33, 17", "5, 2, 16, 64", "5, 3, 100, 31"
  })
  void filteringIsThatOfPlainLoops(int taps, int across, int channels, int filters) {
    Winograd winograd = new Winograd(taps, STRIPS, across, channels, filters);
    int outputs = Winograd.outputs(taps);
    int width = across * outputs;
    int height = STRIPS * outputs;
    int line = (width + taps) * channels;
    int resultLine = (width + 1) * filters;
    float[] x = random(OFFSET + (height + taps) * line);
    float[] dy = random(OFFSET + height * resultLine);
    Tensor kernel = random(Shape.of(taps, taps, channels, filters));

    Tensor panels = random(winograd.panels());
    Tensor elements = random(winograd.elements());
    Tensor results = random(winograd.results());
    Tensor work = random(winograd.work());
    float[] y = new float[dy.length];
    winograd.pack(kernel, false, panels, work);
    for (int strip = 0; strip < STRIPS; strip++) {
      winograd.transform(x, OFFSET + strip * outputs * line, line, strip, elements, work);
    }
    winograd.multiply(elements, panels, results);
    for (int strip = 0; strip < STRIPS; strip++) {
      int at = OFFSET + strip * outputs * resultLine;
      winograd.finish(results, strip, y, at, resultLine, work);
    }
    for (int strip = 0; strip < STRIPS; strip++) {
      int at = OFFSET + strip * outputs * resultLine;
      winograd.transformGradient(dy, at, resultLine, strip, results, work);
    }
    Maths.fill(panels, 0);
    Tensor gradient = Tensor.zeros(kernel.shape().extents());
    winograd.addTransposed(elements, results, panels);
    winograd.unpack(panels, gradient, work);
    winograd.pack(kernel, true, panels, work);
    winograd.multiplyTransposed(results, panels, elements);
    float[] dx = new float[x.length];
    for (int strip = 0; strip < STRIPS; strip++) {
      int at = OFFSET + strip * outputs * line;
      winograd.finishGradient(elements, strip, dx, at, line, work);
    }

    double[] expected = new double[y.length];
    double[] gradients = new double[gradient.size()];
    double[] imageGradients = new double[x.length];
    for (int place = 0; place < height * width; place++) {
      int to = OFFSET + place / width * resultLine + place % width * filters;
      for (int tap = 0; tap < taps * taps; tap++) {
        int from =
            OFFSET + (place / width + tap / taps) * line + (place % width + tap % taps) * channels;
        int at = tap * channels * filters;
        for (int c = 0; c < channels; c++) {
          for (int f = 0; f < filters; f++) {
            int w = at + c * filters + f;
            expected[to + f] += (double) x[from + c] * kernel.data()[w];
            gradients[w] += (double) x[from + c] * dy[to + f];
            imageGradients[from + c] += (double) kernel.data()[w] * dy[to + f];
          }
        }
      }
    }
    assertClose(expected, y, taps * Math.sqrt(channels));
    assertClose(gradients, gradient.data(), Math.sqrt(height * width));
    assertClose(imageGradients, dx, taps * Math.sqrt(filters));
  }

  private static void assertClose(double[] expected, float[] found, double scale) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], 1e-5 * scale, "element " + i);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Winograd winograd = new Winograd(3, 1, 1, 2, 2);
    Tensor work = Tensor.zeros(winograd.work().extents());
    Tensor elements = Tensor.zeros(winograd.elements().extents());
    Tensor other = Tensor.zeros(3);
    float[] x = new float[6 * 12];
    assertThrows(IllegalArgumentException.class, () -> new Winograd(4, 1, 1, 2, 2));
    assertThrows(IllegalArgumentException.class, () -> winograd.pack(other, false, elements, work));
    assertThrows(
        IllegalArgumentException.class, () -> winograd.multiply(elements, elements, elements));
    assertThrows(
        IndexOutOfBoundsException.class, () -> winograd.transform(x, 1, 12, 0, elements, work));
    assertThrows(
        IndexOutOfBoundsException.class, () -> winograd.transform(x, 0, 12, 1, elements, work));
    assertThrows(
        IndexOutOfBoundsException.class, () -> winograd.finish(elements, 0, x, 70, 8, work));
  }
}
