package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MathsTest {
  private static Tensor tensor(int rows, int columns, float... values) {
    return new Tensor(values, 0, Shape.of(rows, columns));
  }

  private static void assertRefuses(Executable call, String... parts) {
    RuntimeException e = assertThrows(RuntimeException.class, call);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " must name " + part);
    }
  }

  @Test
  void multipliesAndAccumulates() {
    Tensor a = tensor(2, 3, 1, 2, 3, 4, 5, 6);
    Tensor b = tensor(3, 2, 1, 0, 0, 1, 1, 1);
    Tensor c = tensor(2, 2, 1, 1, 1, 1);
    Maths.multiply(a, false, b, false, c, 1f);
    assertArrayEquals(new float[] {5, 6, 11, 12}, c.data());
    Maths.multiply(b, true, a, true, c, 0f);
    assertArrayEquals(new float[] {4, 10, 5, 11}, c.data());
  }

  @Test
  void leadingAxesAreRows() {
    Tensor a = new Tensor(new float[] {1, 2, 3, 4}, 0, Shape.of(2, 1, 2));
    Tensor c = Tensor.zeros(2, 1, 1);
    Maths.multiply(a, tensor(2, 1, 10, 1), c);
    assertArrayEquals(new float[] {12, 34}, c.data());
  }

  @Test
  void multipliesPartsOfWiderMatrices() {
    // The right halves of two matrices of four columns, the last row ending with the array.
    float[] a = {0, 0, 1, 2, 0, 0, 3, 4};
    float[] b = {0, 0, 5, 6, 0, 0, 7, 8};
    float[] c = {9, 1, 1, 9, 1, 1};
    Maths.multiply(2, 2, 2, a, 2, 4, false, b, 2, 4, false, 2f, 1f, c, 1, 3);
    assertArrayEquals(new float[] {9, 39, 45, 9, 87, 101}, c);
    Maths.multiply(2, 2, 0, a, 2, 4, true, b, 2, 4, true, 2f, 0f, c, 1, 3);
    assertArrayEquals(new float[] {9, 0, 0, 9, 0, 0}, c);
    assertRefuses(
        () -> Maths.multiply(2, 2, 2, a, 3, 4, false, b, 2, 4, false, 1f, 0f, c, 1, 3),
        "multiply",
        "2 by 2, rows 4 apart, from offset 3 in an array of 8");
    assertRefuses(
        () -> Maths.multiply(2, 2, 2, a, 2, 4, false, b, 2, 4, false, 1f, 0f, c, 1, 1),
        "2 by 2, rows 1 apart");
  }

  @Test
  void theGreaterAndTheLesserGetTheGradient() {
    Tensor a = tensor(1, 4, 1, 2, 3, Float.POSITIVE_INFINITY);
    Tensor b = tensor(1, 4, 2, 2, 1, Float.POSITIVE_INFINITY);
    Tensor dy = tensor(1, 4, 5, 6, 7, 8);
    Tensor y = Tensor.zeros(1, 4);
    Maths.maximum(a, b, y);
    assertArrayEquals(new float[] {2, 2, 3, Float.POSITIVE_INFINITY}, y.data());
    Maths.minimum(a, b, y);
    assertArrayEquals(new float[] {1, 2, 1, Float.POSITIVE_INFINITY}, y.data());
    Maths.maskGreater(a, b, dy, y);
    assertArrayEquals(new float[] {0, 6, 7, 8}, y.data());
    Maths.maskLess(a, b, dy, y);
    assertArrayEquals(new float[] {5, 0, 0, 0}, y.data());
    Maths.subtract(a, b, y);
    assertArrayEquals(new float[] {-1, 0, 2, Float.NaN}, y.data());
  }

  @Test
  void normalizesRows() {
    Tensor x = tensor(2, 2, 1, 3, 10, 10);
    Tensor y = Tensor.zeros(2, 2);
    Tensor inverse = Tensor.zeros(2);
    Maths.normalizeRows(x, 0.25f, y, inverse);
    float f = (float) (1 / Math.sqrt(1.25));
    assertArrayEquals(new float[] {-f, f, 0, 0}, y.data(), 1e-6f);
    assertArrayEquals(new float[] {f, 2}, inverse.data(), 1e-6f);
    Maths.normalizeRowsGradient(y, tensor(2, 2, 0, 1, 0, 1), inverse, y);
    float d = f * 0.5f * (1 - f * f);
    assertArrayEquals(new float[] {-d, d, -1, 1}, y.data(), 1e-6f);
    assertRefuses(
        () -> Maths.normalizeRows(x, 0f, y, Tensor.zeros(3)), "has rows", "normalizeRows", "(3)");
  }

  @Test
  void overwritesNanWhenBetaIsZero() {
    Tensor c = tensor(1, 1, Float.NaN);
    Maths.multiply(tensor(1, 1, 2), false, tensor(1, 1, 3), false, c, 0f);
    assertEquals(6f, c.data()[0]);
  }

  @Test
  void noRowsAreNoWork() {
    Tensor none = new Tensor(new float[0], 0, Shape.of(3).batch(0));
    Tensor noneOut = new Tensor(new float[0], 0, Shape.of(2).batch(0));
    Tensor w = tensor(3, 2, 1, 2, 3, 4, 5, 6);
    Maths.multiply(none, w, noneOut);
    Maths.multiply(none, true, noneOut, false, w, 1f);
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, w.data());
    Maths.multiply(none, true, noneOut, false, w, 0f);
    assertArrayEquals(new float[6], w.data());
    Maths.sumRows(none, Tensor.zeros(3));
    Maths.softmax(none, none);
  }

  @Test
  void errorsNameOperationAndShapes() {
    Tensor a = Tensor.zeros(2, 3);
    Tensor b = Tensor.zeros(2, 4);
    assertRefuses(() -> Maths.multiply(a, b, b), "multiply", "(2, 3)", "(2, 4)");
    assertRefuses(() -> Maths.multiply(a, true, b, false, b, 0f), "(2, 3) transposed");
    assertRefuses(() -> Maths.add(a, b, a), "add", "(2, 3)", "(2, 4)");
    assertRefuses(() -> Maths.relu(0f, a, b), "relu", "(2, 3)", "(2, 4)");
    assertRefuses(() -> Maths.relu(1f, a, a), "relu", "1.0");
    assertRefuses(() -> Maths.addToRows(a, Tensor.zeros(4), a), "addToRows", "(2, 3)", "(4)");
    float[] x = new float[5];
    assertRefuses(() -> Maths.dropout(1f, 0, x, 0, x, 0, 5), "dropout", "1.0");
    assertRefuses(() -> Maths.addScaled(1f, x, 3, x, 0, 3), "addScaled", "3 elements", "5");
    assertRefuses(() -> Maths.max(x, 0, 0), "max");
    assertRefuses(
        () -> Maths.multiply(2, 2, 2, x, 2, false, x, 0, false, 0f, x, 0), "multiply", "2 by 2");
    assertRefuses(() -> Maths.softmax(x, 0, x, 0, 1 << 20, 1 << 20), "softmax");
  }

  @Test
  void worksOnViews() {
    float[] data = {9, 1, 2, 9, 9, 9};
    Tensor x = new Tensor(data, 1, Shape.of(2));
    Tensor y = new Tensor(data, 3, Shape.of(2));
    Maths.copy(x, y);
    Maths.scale(2f, y, y);
    Maths.addScaled(10f, x, y);
    assertArrayEquals(new float[] {9, 1, 2, 12, 24, 9}, data);
    assertEquals(3, Maths.sum(x));
    assertEquals(60, Maths.dot(x, y));
    assertEquals(24f, Maths.max(y));
    Maths.fill(x, 4f);
    assertArrayEquals(new float[] {9, 4, 4, 12, 24, 9}, data);
  }

  @Test
  void describesWhatComputes() {
    assertTrue(Maths.describe().matches(".+, (plain Java|Vector API \\d+ bit)"), Maths.describe());
  }
}
