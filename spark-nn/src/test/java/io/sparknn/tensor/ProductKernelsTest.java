package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of every provider against plain loops in double precision, at awkward sizes. */
class ProductKernelsTest {
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 9, 12, 21, 64};
  private static final int[] COLUMNS = {1, 3, 15, 16, 17, 31, 33, 48, 64, 65, 80, 100, 128};
  private static final int[] DEPTHS = {1, 2, 17, 255, 256, 257, 600};

  private static final float GUARD = 12345.678f;
  private static final int OFFSET = 3;
  private static final int GAP = 2;

  private enum Provider {
    PLAIN(new PlainProductKernels()),
    VECTOR(new VectorKernels().products());

    private final ProductKernels kernels;

    Provider(ProductKernels kernels) {
      this.kernels = kernels;
    }
  }

  /** A matrix in an array of its own, with guards before, after and between its rows. */
  private record Matrix(float[] data, int rows, int columns) {

    static Matrix of(int rows, int columns, Random random) {
      Matrix matrix = new Matrix(new float[OFFSET + rows * (columns + GAP)], rows, columns);
      Arrays.fill(matrix.data, GUARD);
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          matrix.data[matrix.at(row, column)] = random.nextFloat() - 0.5f;
        }
      }
      return matrix;
    }

    int stride() {
      return columns + GAP;
    }

    int at(int row, int column) {
      return OFFSET + row * stride() + column;
    }

    float get(int row, int column) {
      return data[at(row, column)];
    }

    /** What its array holds once {@code scale} this and the products were added. */
    float[] plus(float scale, boolean transposeA, Matrix a, boolean transposeB, Matrix b) {
      float[] expected = data.clone();
      int depth = transposeA ? a.rows : a.columns;
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          double sum = scale * get(row, column);
          for (int k = 0; k < depth; k++) {
            float left = transposeA ? a.get(k, row) : a.get(row, k);
            sum += left * (double) (transposeB ? b.get(column, k) : b.get(k, column));
          }
          expected[at(row, column)] = (float) sum;
        }
      }
      return expected;
    }
  }

  @ParameterizedTest
  @EnumSource
  void productsWithPackedMatrices(Provider provider) {
    Random random = new Random(1);
    for (int m : ROWS) {
      for (int n : COLUMNS) {
        for (boolean transposed : new boolean[] {false, true}) {
          int k = DEPTHS[random.nextInt(DEPTHS.length)];
          Matrix a = Matrix.of(m, k, random);
          Matrix b = transposed ? Matrix.of(n, k, random) : Matrix.of(k, n, random);
          Matrix y = Matrix.of(m, n, random);
          float[] expected = y.plus(1, false, a, transposed, b);
          multiply(provider, a, b, transposed, y.data, OFFSET, y.stride(), y);
          assertClose(expected, y.data, m + ", " + n + ", " + k + " " + transposed);
        }
      }
    }
  }

  private static void multiply(
      Provider provider,
      Matrix a,
      Matrix b,
      boolean transposed,
      float[] start,
      int so,
      int lds,
      Matrix y) {
    int k = a.columns;
    int n = y.columns;
    int size = k * n;
    float[] packed = new float[size + 2];
    packed[0] = GUARD;
    packed[size + 1] = GUARD;
    provider.kernels.pack(k, n, b.data, OFFSET, b.stride(), transposed, packed, 1);
    provider.kernels.multiply(
        y.rows,
        n,
        k,
        a.data,
        OFFSET,
        a.stride(),
        packed,
        1,
        start,
        so,
        lds,
        y.data,
        OFFSET,
        y.stride());
    assertEquals(GUARD, packed[0]);
    assertEquals(GUARD, packed[size + 1]);
  }

  @ParameterizedTest
  @EnumSource
  void allRowsMayStartFromOne(Provider provider) {
    Random random = new Random(2);
    for (int n : COLUMNS) {
      Matrix a = Matrix.of(9, 5, random);
      Matrix b = Matrix.of(5, n, random);
      Matrix y = Matrix.of(9, n, random);
      Matrix bias = Matrix.of(1, n, random);
      float[] expected = y.plus(0, false, a, false, b);
      for (int row = 0; row < 9; row++) {
        for (int column = 0; column < n; column++) {
          expected[y.at(row, column)] += bias.get(0, column);
        }
      }
      multiply(provider, a, b, false, bias.data, OFFSET, 0, y);
      assertClose(expected, y.data, "" + n);
    }
  }

  @ParameterizedTest
  @EnumSource
  void productsOfTransposedMatricesAreAdded(Provider provider) {
    Random random = new Random(3);
    for (int m : ROWS) {
      for (int n : COLUMNS) {
        int k = DEPTHS[random.nextInt(DEPTHS.length)];
        Matrix a = Matrix.of(k, m, random);
        Matrix b = Matrix.of(k, n, random);
        Matrix c = Matrix.of(m, n, random);
        float[] expected = c.plus(1, true, a, false, b);
        provider.kernels.addTransposed(
            m,
            n,
            k,
            a.data,
            OFFSET,
            a.stride(),
            b.data,
            OFFSET,
            b.stride(),
            c.data,
            OFFSET,
            c.stride());
        assertClose(expected, c.data, m + ", " + n + ", " + k);
      }
    }
  }

  private static void assertClose(float[] expected, float[] actual, String message) {
    assertArrayEquals(expected, actual, 1e-4f, message);
  }

  /** Tiles of different sizes add in one order. */
  @Test
  void rowsDoNotDependOnTheirNumber() {
    Random random = new Random(4);
    Matrix a = Matrix.of(11, 40, random);
    Matrix b = Matrix.of(40, 96, random);
    Matrix all = Matrix.of(11, 96, random);
    multiply(Provider.VECTOR, a, b, false, new float[96], 0, 0, all);
    for (int row = 0; row < 11; row++) {
      Matrix one = Matrix.of(1, 96, random);
      Matrix alone =
          new Matrix(
              Arrays.copyOfRange(a.data, row * a.stride(), OFFSET + (row + 1) * a.stride()), 1, 40);
      multiply(Provider.VECTOR, alone, b, false, new float[96], 0, 0, one);
      int from = row;
      assertArrayEquals(
          IntStream.range(0, 96).mapToDouble(c -> all.get(from, c)).toArray(),
          IntStream.range(0, 96).mapToDouble(c -> one.get(0, c)).toArray());
    }
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    PackedMatrix matrix = new PackedMatrix(Tensor.zeros(3, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.take(new float[5], 0, 2, false));
    assertThrows(
        IllegalArgumentException.class,
        () -> matrix.multiply(Tensor.zeros(4, 2), Tensor.zeros(4, 2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> matrix.multiply(Tensor.zeros(4, 3), Tensor.zeros(3, 2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> matrix.addProduct(Tensor.zeros(4, 3), Tensor.zeros(4, 3)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            PackedMatrix.addTransposed(
                Tensor.zeros(4, 3), Tensor.zeros(3, 4), new float[12], 0, 4));
    assertThrows(
        IndexOutOfBoundsException.class,
        () ->
            PackedMatrix.addTransposed(
                Tensor.zeros(4, 3), Tensor.zeros(4, 5), new float[14], 0, 5));
  }
}
