package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSumsTest {

  private static double[] values(Random random, int count, int exponents) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          Math.scalb(random.nextDouble() - 0.5, random.nextInt(2 * exponents + 1) - exponents);
    }
    return values;
  }

  private static double exact(double[] values) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value));
    }
    return sum.doubleValue();
  }

  private static ExactSums sums(double... values) {
    ExactSums sums = new ExactSums(1);
    for (double value : values) {
      sums.add(0, value);
    }
    return sums;
  }

  private static double total(double... values) {
    return sums(values).totals()[0];
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 40, 200})
  void totalsAreRoundedOnce(int exponents) {
    Random random = new Random(exponents);
    for (int trial = 0; trial < 300; trial++) {
      double[] values = values(random, 1 + random.nextInt(50), exponents);
      assertEquals(exact(values), total(values));
    }
  }

  @Test
  void halvesAreRoundedToEven() {
    double ulp = Math.ulp(1.0);
    assertEquals(1, total(1, ulp / 2));
    assertEquals(1 + 2 * ulp, total(1 + ulp, ulp / 2));
    assertEquals(1 + ulp, total(1, ulp / 2, 0x1p-200));
    assertEquals(1, total(1, ulp / 2, -0x1p-200));
    assertEquals(-1, total(-1, -ulp / 2));
  }

  @Test
  void largeAddendsCancel() {
    assertEquals(3, total(0x1p300, 3, -0x1p300));
    assertEquals(0, total(5, -5));
    assertEquals(0x1p-300, total(-1, 0x1p-300, 1));
    assertEquals(0, total());
  }

  @Test
  void theOrderAndTheSplitDoNotMatter() {
    Random random = new Random(5);
    double[] values = values(random, 100, 60);
    double expected = total(values);
    for (int trial = 0; trial < 50; trial++) {
      ExactSums[] parts = new ExactSums[1 + random.nextInt(7)];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = new ExactSums(1);
      }
      for (double value : values) {
        parts[random.nextInt(parts.length)].add(0, value);
      }
      for (int i = 1; i < parts.length; i++) {
        parts[0].add(parts[i]);
      }
      assertEquals(expected, parts[0].totals()[0]);
    }
  }

  @Test
  void whatIsNotFiniteStaysSo() {
    assertEquals(Double.POSITIVE_INFINITY, total(1, Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(total(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1)));
    assertTrue(Double.isNaN(total(Double.NaN, 1)));
    assertEquals(Double.NEGATIVE_INFINITY, total(-0x1p330, 1));
    ExactSums sum = sums(1);
    sum.add(sums(Double.NaN));
    sum.add(sums(1));
    assertTrue(Double.isNaN(sum.totals()[0]));
  }

  @Test
  void theFirstRowStandsBehindTheTotals() {
    ExactSums sum = sums(1);
    sum.from(7);
    ExactSums other = sums(2);
    other.from(3);
    other.from(12);
    sum.add(other);
    assertArrayEquals(new double[] {3, 3}, sum.totals());
  }

  @Test
  void bytesKeepAll() throws Exception {
    Random random = new Random(9);
    for (int exponents : new int[] {0, 10, 200}) {
      ExactSums sums = new ExactSums(3);
      for (double value : values(random, 30, exponents)) {
        sums.add(random.nextInt(3), value);
      }
      if (exponents == 10) {
        sums.add(1, Double.NaN);
      }
      sums.from(4);
      double[] expected = sums.totals();
      ByteBuffer bytes = ByteBuffer.allocate((int) sums.bytes());
      sums.write(bytes);
      assertEquals(0, bytes.remaining());
      assertArrayEquals(expected, ExactSums.read(bytes.flip()).totals());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new ObjectOutputStream(out).writeObject(sums);
      ExactSums back =
          (ExactSums)
              new ObjectInputStream(new ByteArrayInputStream(out.toByteArray())).readObject();
      assertArrayEquals(expected, back.totals());
    }
  }

  @Test
  void shortMessagesAreRefusedBeforeMemoryIsTaken() {
    ExactSums sums = sums(1, 0x1p100);
    ByteBuffer bytes = ByteBuffer.allocate((int) sums.bytes());
    sums.write(bytes);
    bytes.putInt(0, Integer.MAX_VALUE).flip();
    assertThrows(IllegalArgumentException.class, () -> ExactSums.read(bytes));
    assertThrows(IllegalArgumentException.class, () -> sums.add(new ExactSums(2)));
  }
}
