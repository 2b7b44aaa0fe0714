package io.sparknn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InitializerTest {
  private static final Shape DENSE = Shape.of(300, 100);
  private static final Shape CONVOLUTION = Shape.of(3, 5, 30, 40);

  private static float[] fill(Initializer initializer, Shape shape, long seed) {
    Tensor weight = Tensor.zeros(shape.extents());
    initializer.fill(weight, seed);
    return weight.data();
  }

  private static double variance(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum / values.length;
  }

  private static double greatest(float[] values) {
    double greatest = 0;
    for (float value : values) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    return greatest;
  }

  private static void checkVariance(Initializer initializer, Shape shape, double expected) {
    float[] values = fill(initializer, shape, 1);
    assertEquals(expected, variance(values), 0.03 * expected);
    double mean = 0;
    for (float value : values) {
      mean += value / values.length;
    }
    assertEquals(0, mean, 4 * Math.sqrt(expected / values.length));
    boolean uniform = initializer.toString().endsWith("uniform");
    // A normal distribution that is cut off at twice its deviation keeps 0.8796 of that deviation.
    double limit = Math.sqrt(expected) * (uniform ? Math.sqrt(3) : 2 / 0.879_625_66);
    assertEquals(limit, greatest(values), 0.001 * limit);
    assertTrue(greatest(values) <= limit * (1 + 1e-7));
  }

  /** The variance is scale / (a fanIn + b fanOut). */
  @ParameterizedTest
  @CsvSource({
    "GLOROT_UNIFORM, 2, 1, 1",
    "GLOROT_NORMAL, 2, 1, 1",
    "HE_UNIFORM, 2, 1, 0",
    "HE_NORMAL, 2, 1, 0",
    "LECUN_UNIFORM, 1, 1, 0",
    "LECUN_NORMAL, 1, 1, 0"
  })
  void varianceFollowsTheFans(Initializer initializer, double scale, double a, double b) {
    checkVariance(initializer, DENSE, scale / (a * 300 + b * 100));
    checkVariance(initializer, CONVOLUTION, scale / (a * 15 * 30 + b * 15 * 40));
  }

  @Test
  void constantsAreConstant() {
    float[] ones = new float[DENSE.size()];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, fill(Initializer.ONES, DENSE, 1));
    assertArrayEquals(new float[DENSE.size()], fill(Initializer.ZEROS, DENSE, 1));
  }

  @ParameterizedTest
  @EnumSource
  void valuesDependOnTheSeedOnly(Initializer initializer) {
    float[] values = fill(initializer, DENSE, 1);
    assertArrayEquals(values, fill(initializer, DENSE, 1));
    boolean isRandom = initializer != Initializer.ZEROS && initializer != Initializer.ONES;
    assertEquals(!isRandom, Arrays.equals(values, fill(initializer, DENSE, 2)));
  }

  @Test
  void aViewIsFilledAndNothingAroundIt() {
    float[] flat = new float[8];
    Initializer.ONES.fill(new Tensor(flat, 2, Shape.of(2, 2)), 1);
    assertArrayEquals(new float[] {0, 0, 1, 1, 1, 1, 0, 0}, flat);
  }

  @ParameterizedTest
  @EnumSource
  void aBiasCanBeDrawn(Initializer initializer) {
    for (float value : fill(initializer, Shape.of(4), 1)) {
      assertFalse(Float.isNaN(value));
    }
  }
}
