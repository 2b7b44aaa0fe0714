package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products with patches by both providers against plain loops, at awkward sizes. */
class PatchesTest {
  private static final int OFFSET = 3;

  private final Random random = new Random(7);

  private float[] random(int n) {
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private int[] random(int n, int bound) {
    return random.ints(n, 0, bound).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 15, 16, 17, 31, 32, 33, 48, 100})
  void productsAreThoseOfPlainLoops(int columns) {
    for (int positions : new int[] {1, 7, 8, 11, 12, 13, 25, 300}) {
      for (int taps : new int[] {1, 7, 8, 9, 25}) {
        checkProducts(positions, taps, columns);
      }
    }
  }

  private void checkProducts(int positions, int taps, int columns) {
    int room = Patches.room(columns);
    int[] starts = random(positions, 400);
    int[] tapOffsets = random(taps, 50);
    int[] results = IntStream.range(0, positions).map(p -> p * room).toArray();
    int[] rows = IntStream.range(0, taps).map(k -> k * columns).toArray();
    Patches patches = new Patches(starts, results, tapOffsets, rows, columns, 1);
    float[] x = random(OFFSET + 450);
    Tensor factor = new Tensor(random(taps * columns), 0, Shape.of(taps, columns));
    float[] y = random(OFFSET + positions * room);
    double[] product = new double[positions * columns];
    double[] transposed = new double[taps * columns];
    for (int p = 0; p < positions; p++) {
      for (int k = 0; k < taps; k++) {
        double element = x[OFFSET + starts[p] + tapOffsets[k]];
        for (int c = 0; c < columns; c++) {
          product[p * columns + c] += element * factor.data()[rows[k] + c];
          transposed[k * columns + c] += element * y[OFFSET + results[p] + c];
        }
      }
    }

    Tensor panels = Tensor.zeros(patches.panels().extents());
    Tensor gradient = Tensor.zeros(taps, columns);
    patches.addTransposed(x, OFFSET, y, OFFSET, panels);
    patches.unpack(panels, gradient);
    assertClose(transposed, gradient.data(), positions);

    float[] dy = y.clone();
    patches.pack(factor, panels);
    patches.multiply(x, OFFSET, panels, y, OFFSET);
    float[] found = new float[positions * columns];
    for (int p = 0; p < positions; p++) {
      System.arraycopy(y, OFFSET + results[p], found, p * columns, columns);
    }
    assertClose(product, found, taps);

    float[] plain = new float[(positions - 1) * room + columns];
    new PlainPatchKernels().multiply(patches, x, OFFSET, factor.data(), 0, plain, 0);
    for (int p = 0; p < positions; p++) {
      System.arraycopy(plain, results[p], found, p * columns, columns);
    }
    assertClose(product, found, taps);
    Arrays.fill(gradient.data(), 0);
    new PlainPatchKernels().addTransposed(patches, x, OFFSET, dy, OFFSET, gradient.data(), 0);
    assertClose(transposed, gradient.data(), positions);
  }

  private static void assertClose(double[] expected, float[] found, int terms) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], 1e-5 * Math.sqrt(terms) * 10, "element " + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 15, 16, 17, 31, 33, 100})
  void poolingIsTheSameByBothProviders(int channels) {
    for (int size : new int[] {1, 2, 4, 5, 9}) {
      for (boolean isShared : new boolean[] {false, true}) {
        checkPools(channels, size, isShared);
      }
    }
  }

  private void checkPools(int channels, int size, boolean isShared) {
    int windows = 6;
    int inputs = windows * size;
    int[] starts = IntStream.rangeClosed(0, windows).map(w -> w * size).toArray();
    int[] places = isShared ? random(inputs, inputs) : IntStream.range(0, inputs).toArray();
    int[] taps = IntStream.range(0, inputs).map(i -> i % size).toArray();
    Pool pool = new Pool(starts, places, taps, inputs, channels);
    float[] x = random(inputs * channels);
    x[x.length / 2] = Float.NaN;
    float[] dy = random(windows * channels);
    assertArrayEquals(
        results(new PlainPoolKernels(), pool, x, dy, inputs * channels),
        results(Maths.KERNELS.pools(), pool, x, dy, inputs * channels));
  }

  private static float[] results(PoolKernels kernels, Pool pool, float[] x, float[] dy, int n) {
    float[] all = new float[3 * dy.length + 2 * n];
    float[] winner = new float[dy.length];
    kernels.max(pool, x, 0, all, 0, winner, 0);
    System.arraycopy(winner, 0, all, dy.length, dy.length);
    kernels.mean(pool, x, 0, all, 2 * dy.length);
    kernels.maxGradient(pool, winner, 0, dy, 0, all, 3 * dy.length);
    kernels.meanGradient(pool, dy, 0, all, 3 * dy.length + n);
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void rangesAreChecked(int columns) {
    Patches patches =
        new Patches(new int[] {4}, new int[] {0}, new int[] {5}, new int[] {0}, columns, 1);
    Tensor panels = Tensor.zeros(patches.panels().extents());
    float[] y = new float[Patches.room(columns)];
    assertThrows(
        IndexOutOfBoundsException.class, () -> patches.multiply(new float[9], 0, panels, y, 0));
    assertThrows(
        IndexOutOfBoundsException.class, () -> patches.multiply(new float[10], 0, panels, y, 1));
  }
}
