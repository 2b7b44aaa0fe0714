package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sparknn.graph.Graph;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.init.Initializer;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.norm.GroupNormalization;
import io.sparknn.layer.norm.LayerNormalization;
import io.sparknn.layer.norm.RMSNormalization;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Normalisations of single rows against plain loops. */
class NormalizationTest {
  private static final double EPSILON = 0.01;
  private static final int ROWS = 5;
  private static final int CHANNELS = 6;

  /** Says to which group of a row an element belongs, given its position and channel. */
  private interface Grouping {
    int group(int position, int channel);
  }

  private static double[] normalized(
      float[] x, int from, int to, Grouping grouping, int groups, boolean center) {
    double[] sums = new double[groups];
    double[] squares = new double[groups];
    int[] counts = new int[groups];
    for (int i = from; i < to; i++) {
      int group = grouping.group((i - from) / CHANNELS, i % CHANNELS);
      sums[group] += x[i];
      squares[group] += (double) x[i] * x[i];
      counts[group]++;
    }
    double[] y = new double[to - from];
    for (int i = from; i < to; i++) {
      int group = grouping.group((i - from) / CHANNELS, i % CHANNELS);
      double mean = center ? sums[group] / counts[group] : 0;
      double variance = squares[group] / counts[group] - mean * mean;
      y[i - from] = (x[i] - mean) / Math.sqrt(variance + EPSILON);
    }
    return y;
  }

  /** Rows of 4, 1, 5, 2 and 3 steps of two positions each. */
  private static void check(Layer layer, Grouping grouping, String gain, String shift) {
    NetworkTrial trial = NetworkTrial.of(layer, List.of(Shape.of(Shape.RAGGED, 2, CHANNELS)));
    float[] x = trial.data(ROWS)[0];
    float[] y = trial.score(new float[][] {x});
    int[] lengths = trial.lengths(ROWS)[0];
    int from = 0;
    for (int row = 0; row < ROWS; row++) {
      int to = from + lengths[row] * 2 * CHANNELS;
      double[] expected = normalized(x, from, to, grouping, 2 * 5 * CHANNELS, !shift.isEmpty());
      for (int i = 0; i < expected.length; i++) {
        double value = expected[i] * weight(trial, gain, i, 1) + weight(trial, shift, i, 0);
        assertEquals(value, y[row * 5 * 2 * CHANNELS + i], 1e-5, "row " + row + " at " + i);
      }
      from = to;
    }
  }

  private static double weight(NetworkTrial trial, String name, int i, double otherwise) {
    if (name.isEmpty()) {
      return otherwise;
    }
    Tensor weight = trial.weight(name, trial.weights());
    return weight.data()[weight.offset() + i % CHANNELS];
  }

  @Test
  void layerNormalisationIsThatOfEachPosition() {
    check(new LayerNormalization(EPSILON, true, true), (position, c) -> position, "gamma", "beta");
  }

  @Test
  void rootMeanSquareNormalisationIsThatOfEachPosition() {
    check(new RMSNormalization(EPSILON), (position, c) -> position, "scale", "");
  }

  @Test
  void groupNormalisationIsThatOfARowsOwnSteps() {
    check(new GroupNormalization(3, EPSILON, true, true), (p, c) -> c / 2, "gamma", "beta");
    check(new GroupNormalization(1, EPSILON, true, true), (p, c) -> 0, "gamma", "beta");
    check(new GroupNormalization(6, EPSILON, true, true), (p, c) -> c, "gamma", "beta");
  }

  @Test
  void groupsDivideTheChannels() {
    assertEquals(
        "groups must divide the number of channels; received 4 groups for input (2, 6)",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    new GroupNormalization(4, EPSILON, true, true)
                        .outputShape(List.of(Shape.of(2, 6))))
            .getMessage());
  }

  /** An embedding's padding index leaves out steps in between. */
  @TestFactory
  Stream<DynamicTest> gapsBetweenStepsDoNotCount() {
    return Stream.of(
            new BatchNormalization(0.9, EPSILON),
            new GroupNormalization(2, EPSILON, true, true),
            new LayerNormalization(EPSILON, true, true),
            new RMSNormalization(EPSILON))
        .map(layer -> dynamicTest(layer.toString(), () -> checkGaps(layer)));
  }

  private static void checkGaps(Layer layer) {
    Embedding words = new Embedding(List.of(3), 4, 0, Initializer.UNIFORM);
    NetworkTrial trial =
        new NetworkTrial(Graph.input("x", Shape.of(5)).then("e", words).then("n", layer));
    trial.checkGradients(4);
    float[][] data = trial.data(4);
    float[] before = trial.score(data);
    float[] trained = trial.train(data);
    Tensor table = trial.weight("embeddings", trial.weights());
    for (int i = 0; i < 4; i++) {
      table.data()[table.offset() + i] += 7;
    }
    assertSame(before, trial.score(data));
    assertSame(trained, trial.train(data));
  }

  private static void assertSame(float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], "at " + i);
    }
  }

  /** Squares of 1e30 are no floats: the row must not come out as if it were at its mean. */
  @TestFactory
  Stream<DynamicTest> aRowWhoseSquaresOverflowIsNoNumber() {
    return Stream.of(
            new LayerNormalization(EPSILON, true, true),
            new GroupNormalization(2, EPSILON, true, true),
            new RMSNormalization(EPSILON))
        .map(
            layer ->
                dynamicTest(
                    layer.toString(),
                    () -> {
                      NetworkTrial trial = NetworkTrial.of(layer, List.of(Shape.of(40)));
                      float[][] data = trial.data(2);
                      for (int i = 0; i < 40; i++) {
                        data[0][i] *= 1e30f;
                      }
                      float[] y = trial.score(data);
                      for (int i = 0; i < 80; i++) {
                        assertEquals(i < 40, Float.isNaN(y[i]), "at " + i);
                      }
                    }));
  }
}
