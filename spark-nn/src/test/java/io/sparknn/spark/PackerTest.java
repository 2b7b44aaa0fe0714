package io.sparknn.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.spark.Packer.Packed;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How rows become blocks. */
class PackerTest {

  /** Half of a region of 1 MB, from which on an array takes whole regions. */
  private static final int HUMONGOUS = 512 << 10;

  private static final int HEADER = 16;
  private static final int WIDTH = 1000;

  private static List<Packed> pack(int width, List<Vector> vectors) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < vectors.size(); i++) {
      rows.add(RowFactory.create(vectors.get(i), (double) i));
    }
    Packer packer =
        new Packer(
            List.of(new ValueReader("x", SQLDataTypes.VectorType())),
            List.of(Shape.of(width)),
            new ValueReader("y", DataTypes.DoubleType),
            Shape.of(1),
            null);
    List<Packed> packed = new ArrayList<>();
    packer.pack(rows.iterator()).forEachRemaining(packed::add);
    return packed;
  }

  private static Vector mostlyZero(Random random, int width, int count) {
    double[] values = new double[width];
    for (int i = 0; i < count; i++) {
      values[random.nextInt(width)] = random.nextDouble() - 0.5;
    }
    return Vectors.dense(values).toSparse();
  }

  /** All rows again, in order. */
  private static void assertHolds(List<Vector> vectors, List<Packed> packed) {
    int next = 0;
    for (Packed one : packed) {
      RowBlock block = one.block();
      Values values = block.inputs()[0];
      for (int row = 0; row < block.rows(); row++, next++) {
        float[] actual = new float[vectors.get(0).size()];
        for (int i = 0; i < values.length(row); i++) {
          int place = values.isSparse() ? values.indices()[values.start(row) + i] : i;
          actual[place] = values.data()[values.start(row) + i];
        }
        float[] expected = new float[actual.length];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = (float) vectors.get(next).apply(i);
        }
        assertArrayEquals(expected, actual);
        assertEquals(actual.length, values.size(row));
        assertEquals(next, block.labels().data()[row]);
      }
    }
    assertEquals(vectors.size(), next);
  }

  @Test
  void rowsThatAreMostlyZeroStaySparse() {
    Random random = new Random(1);
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      vectors.add(mostlyZero(random, WIDTH, i == 7 ? 0 : 5));
    }
    // Zeros that are given, and a vector that is dense but for its content.
    vectors.add(Vectors.sparse(WIDTH, new int[] {3, 4, 999}, new double[] {0, 1, 0}));
    vectors.add(mostlyZero(random, WIDTH, 5).toDense());
    List<Packed> packed = pack(WIDTH, vectors);
    assertHolds(vectors, packed);
    Values values = packed.get(0).block().inputs()[0];
    assertTrue(values.isSparse());
    assertEquals(1, values.length(50));
    assertEquals(0, values.length(7));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void denseAndSparseRowsShareABlock(boolean denseFirst) {
    Random random = new Random(2);
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      vectors.add(mostlyZero(random, WIDTH, (i % 10 == 0) == denseFirst ? 2 * WIDTH : 3));
    }
    List<Packed> packed = pack(WIDTH, vectors);
    assertHolds(vectors, packed);
    // Few dense rows are kept sparse too, many sparse ones dense, as takes less.
    assertEquals(denseFirst, packed.get(0).block().inputs()[0].isSparse());
  }

  @Test
  void denseRowsStayDense() {
    Random random = new Random(3);
    List<Vector> vectors = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      vectors.add(mostlyZero(random, WIDTH, 200));
    }
    List<Packed> packed = pack(WIDTH, vectors);
    assertHolds(vectors, packed);
    assertTrue(packed.size() > 1);
    for (Packed one : packed) {
      assertFalse(one.block().inputs()[0].isSparse());
      assertEquals(null, one.block().inputs()[0].ends());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 784, 1024, 65_536, 1 << 17})
  void noArrayTakesRegionsOfItsOwn(int width) {
    List<Vector> vectors = new ArrayList<>();
    double[] ones = new double[width];
    Arrays.fill(ones, 1);
    int rows = Math.min(250_000, 1 + 400_000 / width);
    for (int i = 0; i < rows; i++) {
      vectors.add(Vectors.dense(ones));
    }
    List<Packed> packed = pack(width, vectors);
    assertEquals(rows, packed.stream().mapToInt(p -> p.block().rows()).sum());
    for (int i = 0; i < packed.size(); i++) {
      long bytes = HEADER + packed.get(i).block().inputs()[0].bytes();
      boolean isLast = i == packed.size() - 1;
      if (4 * width < HUMONGOUS) {
        // With as many labels, if rows are of one number.
        assertTrue(bytes < 0.9 * HUMONGOUS, () -> String.format(Locale.ROOT, "%d bytes", bytes));
        assertTrue(
            isLast || bytes > 0.39 * HUMONGOUS,
            () -> String.format(Locale.ROOT, "%d bytes", bytes));
      } else {
        // Greater rows fill the regions that they take.
        long regions = (bytes + (1 << 20) - 1) >> 20;
        assertTrue(
            isLast || bytes > (regions << 20) * 0.7,
            () -> String.format(Locale.ROOT, "%d bytes", bytes));
      }
    }
  }

  /** An array that is 16 bytes beyond a power of two would take twice its size. */
  @ParameterizedTest
  @ValueSource(ints = {1 << 17, 150_528, 1 << 18, 300_000, 350_000, 400_000, 500_000})
  void greatRowsFillPowersOfTwo(int row) {
    long bytes = HEADER + 4L * RowBlock.numbers(row);
    long power = Long.highestOneBit(bytes - 1) << 1;
    assertEquals(0, RowBlock.numbers(row) % row);
    assertTrue(bytes > 0.66 * power, () -> String.format(Locale.ROOT, "%d of %d", bytes, power));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e300})
  void sparseValuesThatAreNoNumbersAreRefused(double value) {
    Vector bad = Vectors.sparse(WIDTH, new int[] {4, 17}, new double[] {1, value});
    List<Packed> packed = pack(WIDTH, List.of(bad));
    assertEquals(
        "column 'x' has the value %s at position 17 of a row; a network reads finite 32-bit numbers: filter or impute such rows before"
            .formatted((float) value),
        packed.get(0).problem());
  }

  @Test
  void sparseRowsOfAnotherLengthAreRefused() {
    Vector other = Vectors.sparse(WIDTH + 1, new int[] {4}, new double[] {1});
    List<Packed> packed =
        pack(WIDTH, List.of(Vectors.sparse(WIDTH, new int[] {4}, new double[] {1}), other));
    assertEquals(
        "column 'x' has a row of length 1001 where 1000 is expected (shape (1000)): all rows must have the same shape",
        packed.get(0).problem());
  }
}
