package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseRowsTest {
  private static final int ROWS = 500;
  private static final int WIDTH = 3;

  /** Adds random rows both ways. */
  private static SparseRows fill(float[] dense, int count, long seed) {
    SparseRows rows = new SparseRows(WIDTH);
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      int row = random.nextInt(ROWS);
      float[] values = {0, random.nextFloat(), random.nextFloat(), random.nextFloat()};
      rows.add(row, values, 1);
      for (int k = 0; k < WIDTH; k++) {
        dense[row * WIDTH + k] += values[1 + k];
      }
    }
    return rows;
  }

  private static float[] dense(SparseRows rows) {
    float[] shifted = new float[2 + ROWS * WIDTH];
    rows.addTo(shifted, 2);
    float[] dense = new float[ROWS * WIDTH];
    System.arraycopy(shifted, 2, dense, 0, dense.length);
    return dense;
  }

  @Test
  void addsUpByRow() {
    float[] expected = new float[ROWS * WIDTH];
    SparseRows rows = fill(expected, 1000, 1);
    assertArrayEquals(expected, dense(rows), 1e-5f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 17, 33, 64, 100, 128, 2000})
  void addsRowsOfAMatrixTogether(int width) {
    Random random = new Random(width);
    float[] data = new float[2 + 9 * width];
    for (int i = 0; i < data.length; i++) {
      data[i] = random.nextFloat();
    }
    Tensor matrix = new Tensor(data, 2, Shape.of(9, width));
    SparseRows together = new SparseRows(width);
    SparseRows oneByOne = new SparseRows(width);
    for (int n : new int[] {40, 1, 0, 60}) {
      int[] rows = random.ints(n + 5, 0, 30).toArray();
      int[] sources = random.ints(n + 5, 0, 9).toArray();
      together.add(rows, sources, n, matrix);
      for (int i = 0; i < n; i++) {
        oneByOne.add(rows[i], data, 2 + sources[i] * width);
      }
    }
    float[] expected = new float[30 * width];
    float[] actual = new float[30 * width];
    oneByOne.addTo(expected, 0);
    together.addTo(actual, 0);
    assertArrayEquals(expected, actual, 1e-5f);
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> together.add(new int[] {0}, new int[] {9}, 1, matrix));
  }

  @Test
  void holdsOnlyTouchedRows() {
    SparseRows rows = new SparseRows(WIDTH);
    assertEquals(0, rows.count());
    rows.add(7, new float[WIDTH], 0);
    rows.add(9, new float[WIDTH], 0);
    rows.add(7, new float[WIDTH], 0);
    assertEquals(2, rows.count());
  }

  @Test
  void addsOtherRows() {
    float[] expected = new float[ROWS * WIDTH];
    SparseRows a = fill(expected, 100, 1);
    SparseRows b = fill(expected, 200, 2);
    a.add(b);
    assertArrayEquals(expected, dense(a), 1e-5f);
  }

  @Test
  void keepsNothingOnceCleared() {
    SparseRows rows = fill(new float[ROWS * WIDTH], 100, 1);
    rows.clear();
    assertEquals(0, rows.count());
    assertArrayEquals(new float[ROWS * WIDTH], dense(rows));
    rows.add(4, new float[] {1, 2, 3}, 0);
    float[] expected = new float[ROWS * WIDTH];
    System.arraycopy(new float[] {1, 2, 3}, 0, expected, 4 * WIDTH, WIDTH);
    assertArrayEquals(expected, dense(rows));
  }

  @Test
  void visitsAllRowsInOrder() {
    float[] expected = new float[ROWS * WIDTH];
    SparseRows rows = fill(expected, ROWS / 2, 1);
    float[] actual = new float[ROWS * WIDTH];
    rows.visit(
        ROWS,
        (row, count, values) -> System.arraycopy(values, 0, actual, row * WIDTH, count * WIDTH));
    assertArrayEquals(expected, actual, 1e-6f);
  }

  @Test
  void survivesSerialization() throws IOException, ClassNotFoundException {
    SparseRows rows = fill(new float[ROWS * WIDTH], 100, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(rows);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      SparseRows copy = (SparseRows) in.readObject();
      assertArrayEquals(dense(rows), dense(copy));
      copy.add(3, new float[] {1, 2, 3}, 0);
      rows.add(3, new float[] {1, 2, 3}, 0);
      assertArrayEquals(dense(rows), dense(copy));
    }
  }
}
