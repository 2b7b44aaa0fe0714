package io.sparknn.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightAverageTest {

  @Test
  void theAverageIsCorrectedForItsStart() {
    WeightAverage average = new WeightAverage(0.9);
    double plain = 0;
    for (int step = 1; step <= 20; step++) {
      float[] weights = {step, -2 * step, 77};
      average.update(weights, 2);
      plain = 0.9 * plain + 0.1 * step;
      average.copyTo(weights);
      double corrected = plain / (1 - Math.pow(0.9, step));
      assertArrayEquals(
          new float[] {(float) corrected, (float) (-2 * corrected), 77}, weights, 1e-5f);
    }
  }

  @Test
  void anAverageOfNothingLeavesTheWeights() {
    float[] weights = {1, 2};
    new WeightAverage(0.99).copyTo(weights);
    assertArrayEquals(new float[] {1, 2}, weights);
  }

  @Test
  void aRestoredAverageContinuesToTheBit() {
    WeightAverage first = new WeightAverage(0.9);
    first.update(new float[] {0.1f, 0.7f}, 2);
    first.update(new float[] {0.3f, 0.4f}, 2);
    WeightAverage second = new WeightAverage(0.9);
    second.restore(first.state());
    float[] expected = {0.9f, 0.8f};
    float[] actual = expected.clone();
    first.update(expected, 2);
    second.update(actual, 2);
    first.copyTo(expected);
    second.copyTo(actual);
    assertArrayEquals(expected, actual);
  }

  @Test
  void anotherStateIsRefused() {
    WeightAverage average = new WeightAverage(0.9);
    assertEquals(
        "the state must be of an average; received one of sgd",
        assertThrows(IllegalArgumentException.class, () -> average.restore(new Momentum(0).state()))
            .getMessage());
    average.update(new float[3], 3);
    WeightAverage two = new WeightAverage(0.9);
    two.update(new float[2], 2);
    assertEquals(
        "the average is of 2 weights; received the state of 3: start a new average",
        assertThrows(IllegalArgumentException.class, () -> two.restore(average.state()))
            .getMessage());
    assertEquals(
        "the average is of 2 weights; received 3: start a new average",
        assertThrows(IllegalArgumentException.class, () -> two.update(new float[3], 3))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, Double.NaN})
  void impossibleDecayIsRefused(double decay) {
    assertEquals(
        "averagingDecay must be in (0, 1); received " + decay,
        assertThrows(IllegalArgumentException.class, () -> new WeightAverage(decay)).getMessage());
  }
}
