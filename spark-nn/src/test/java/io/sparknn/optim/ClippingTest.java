package io.sparknn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClippingTest {

  private static final int[] ENDS = {2, 2, 5};

  private static float[] clip(Clipping clipping, float scale, float... gradient) {
    Clipping.Pass pass = clipping.begin(ENDS, scale);
    pass.measure(0, 5, gradient, 0);
    pass.apply(0, 5, gradient, 0);
    return gradient;
  }

  @Test
  void valuesAreCutOff() {
    float[] clipped = clip(new Clipping(2, Clipping.OFF, Clipping.OFF), 1, 3, -4, 1, -2, 9);
    assertArrayEquals(new float[] {2, -2, 1, -2, 2}, clipped);
  }

  @Test
  void theMeanIsCompared() {
    float[] clipped = clip(new Clipping(2, Clipping.OFF, Clipping.OFF), 0.5f, 3, -5, 1, -4, 9);
    assertArrayEquals(new float[] {3, -4, 1, -4, 4}, clipped);
    clipped = clip(new Clipping(Clipping.OFF, 2.5, Clipping.OFF), 0.5f, 6, 8, 1, 2, 2);
    assertArrayEquals(new float[] {3, 4, 1, 2, 2}, clipped, 1e-6f);
  }

  @Test
  void normsAreOfEachTensor() {
    float[] clipped = clip(new Clipping(Clipping.OFF, 1, Clipping.OFF), 1, 3, -4, 0, 0, 0.5f);
    assertArrayEquals(new float[] {0.6f, -0.8f, 0, 0, 0.5f}, clipped, 1e-6f);
  }

  @Test
  void theGlobalNormIsOfAll() {
    float[] clipped = clip(new Clipping(Clipping.OFF, Clipping.OFF, 6.5), 1, 3, -4, 12, 0, 0);
    assertArrayEquals(new float[] {1.5f, -2, 6, 0, 0}, clipped, 1e-6f);
  }

  @Test
  void limitsHoldInTheirOrder() {
    float[] clipped = clip(new Clipping(4, 2.5, Clipping.OFF), 1, 3, -8, 0, 1, 0);
    assertArrayEquals(new float[] {1.5f, -2, 0, 1, 0}, clipped, 1e-6f);
    assertArrayEquals(
        new double[] {0.25, 0.5, 0.5}, new Clipping(9, 6, 3.25).factors(12, 2.5, 0), 1e-12);
  }

  @Test
  void partsAreAsTheWhole() {
    Clipping clipping = new Clipping(6, 4, 3.25);
    float[] whole = clip(clipping, 0.5f, 3, -4, 12, 1, -1);
    Clipping.Pass pass = clipping.begin(ENDS, 0.5f);
    float[] parts = {3, -4, 12, 1, -1};
    float[] shifted = {9, 12, 1, -1};
    pass.measure(0, 2, parts, 0);
    pass.measure(2, 5, shifted, 1);
    pass.apply(0, 2, parts, 0);
    // A visit may bring a copy each time.
    shifted = new float[] {9, 12, 1, -1};
    pass.apply(2, 5, shifted, 1);
    System.arraycopy(shifted, 1, parts, 2, 3);
    assertArrayEquals(whole, parts);
    assertEquals(9, shifted[0]);
  }

  @Test
  void noLimitChangesNothing() {
    assertTrue(Clipping.NONE.isOff());
    assertFalse(new Clipping(1, Clipping.OFF, Clipping.OFF).isOff());
    float[] gradient = {1e30f, -3, 0, Float.MIN_VALUE, 2};
    assertArrayEquals(gradient.clone(), clip(Clipping.NONE, 1, gradient));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void impossibleLimitsAreRefused(double limit) {
    assertRefused("clipValue", () -> new Clipping(limit, 1, 1), limit);
    assertRefused("clipNorm", () -> new Clipping(1, limit, 1), limit);
    assertRefused("globalClipNorm", () -> new Clipping(1, 1, limit), limit);
  }

  private static void assertRefused(String name, Runnable work, double limit) {
    assertEquals(
        "%s must be above 0; received %s".formatted(name, limit),
        assertThrows(IllegalArgumentException.class, work::run).getMessage());
  }
}
