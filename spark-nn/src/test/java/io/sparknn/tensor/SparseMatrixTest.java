package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseMatrixTest {
  private static final int ROWS = 7;
  private static final int COLUMNS = 300;

  private final Random random = new Random(3);

  /** Mostly 0; the fourth row is all 0. */
  private float[] mostlyZero() {
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      boolean isZero = i / COLUMNS == 3 || random.nextInt(20) > 0;
      values[i] = isZero ? 0 : random.nextFloat() - 0.5f;
    }
    return values;
  }

  private Tensor randomTensor(int rows, int columns) {
    float[] data = new float[5 + rows * columns];
    for (int i = 0; i < data.length; i++) {
      data[i] = random.nextFloat() - 0.5f;
    }
    return new Tensor(data, 5, Shape.of(rows, columns));
  }

  private static SparseMatrix sparse(float[] dense) {
    SparseMatrix sparse = new SparseMatrix(COLUMNS);
    for (int row = 0; row < ROWS; row++) {
      sparse.addRow();
      // In two parts, as a layer does that joins inputs.
      sparse.add(dense, row * COLUMNS, 100, 0);
      sparse.add(dense, row * COLUMNS + 100, COLUMNS - 100, 100);
    }
    return sparse;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 33, 200})
  void multipliesAsDenseMatricesDo(int units) {
    float[] x = mostlyZero();
    Tensor kernel = randomTensor(COLUMNS, units);
    Tensor bias = randomTensor(1, units);
    Tensor dy = randomTensor(ROWS, units);
    double[] expected = new double[ROWS * units];
    double[] expectedGradient = new double[COLUMNS * units];
    for (int r = 0; r < ROWS; r++) {
      for (int u = 0; u < units; u++) {
        expected[r * units + u] = bias.data()[5 + u];
        for (int c = 0; c < COLUMNS; c++) {
          expected[r * units + u] += x[r * COLUMNS + c] * kernel.data()[5 + c * units + u];
          expectedGradient[c * units + u] += x[r * COLUMNS + c] * dy.data()[5 + r * units + u];
        }
      }
    }
    SparseMatrix sparse = sparse(x);
    Tensor y = randomTensor(ROWS, units);
    sparse.multiply(kernel, bias, y);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], y.data()[5 + i], 1e-5);
    }
    SparseRows gradient = new SparseRows(units);
    sparse.addTransposedProduct(dy, gradient);
    float[] actual = new float[COLUMNS * units];
    gradient.addTo(actual, 0);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expectedGradient[i], actual[i], 1e-5);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void isFilledAgainAndJoined(int first) {
    float[] x = mostlyZero();
    SparseMatrix sparse = sparse(x);
    SparseMatrix joined = new SparseMatrix(COLUMNS + first);
    for (int pass = 0; pass < 2; pass++) {
      joined.clear();
      for (int row = 0; row < ROWS; row++) {
        joined.addRow();
        joined.add(sparse, row, first);
        assertArrayEquals(sparse.values(row), joined.values(row));
      }
      assertEquals(ROWS, joined.rows());
    }
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> joined.add(new int[] {COLUMNS + first}, new float[] {1}, 0, 1, 0));
  }
}
