package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.core.Dense;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock.Values;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The loss of a network whose output has steps is that of the steps, without the padding. */
class SequenceLossTest {
  private static final int FEATURES = 2;
  private static final int[] LENGTHS = {3, 1, 4, 0, 2};
  private static final float[] WEIGHTS = {1, 2, 0.5f, 7, 3};
  private static final int STEPS = IntStream.of(LENGTHS).sum();
  private static final float[] X = NetworkTrial.random(STEPS * FEATURES, 1);
  private static final float[] LABELS = new float[STEPS];

  private static Network network(Shape shape) {
    Graph graph = Graph.input("x", shape).then("d", new Dense(3, ActivationFunction.LINEAR));
    return new Network(graph, List.of(shape));
  }

  private static int[] ends(int size) {
    int[] ends = new int[LENGTHS.length];
    int end = 0;
    for (int row = 0; row < ends.length; row++) {
      end += LENGTHS[row] * size;
      ends[row] = end;
    }
    return ends;
  }

  private static GradientSum gradient(Network network, RowBlock block) {
    BatchPlan plan = new BatchPlan(block.rows(), block.rows(), 1);
    return new LocalGradientSource(
            network, new Recipe(plan, new SoftmaxCrossEntropy()), List.of(List.of(block)))
        .compute(Assignment.gradient(network.initialWeights(1), 0, 0));
  }

  private static RowBlock sequences(float[] labels, int[] labelEnds) {
    int rows = LENGTHS.length;
    return new RowBlock(
        rows,
        new Values[] {new Values(rows, X, ends(FEATURES))},
        new Values(rows, labels, labelEnds),
        WEIGHTS);
  }

  @Test
  void stepsCountLikeRowsOfTheirOwn() {
    for (int i = 0; i < STEPS; i++) {
      LABELS[i] = i % 3;
    }
    float[] stepWeights = new float[STEPS];
    int step = 0;
    for (int row = 0; row < LENGTHS.length; row++) {
      Arrays.fill(stepWeights, step, step + LENGTHS[row], WEIGHTS[row]);
      step += LENGTHS[row];
    }
    RowBlock single =
        new RowBlock(
            STEPS, new Values[] {Values.even(STEPS, X)}, Values.even(STEPS, LABELS), stepWeights);
    Network steps = network(Shape.of(FEATURES));
    Network sequences = network(Shape.of(Shape.RAGGED, FEATURES));
    GradientSum expected = gradient(steps, single);
    GradientSum actual = gradient(sequences, sequences(LABELS, ends(1)));
    assertEquals(expected.loss(), actual.loss(), 1e-6 * expected.loss());
    assertEquals(expected.metric(), actual.metric(), 1e-9);
    assertEquals(expected.weight(), actual.weight(), 1e-9);
    assertEquals(LENGTHS.length, actual.rows());
    assertArrayEquals(
        NetworkTrial.flat(steps, expected.gradient()),
        NetworkTrial.flat(sequences, actual.gradient()),
        1e-6f);
  }

  @Test
  void eachStepNeedsItsLabel() {
    int[] labelEnds = ends(1);
    RowBlock block = sequences(Arrays.copyOf(LABELS, STEPS - 1), labelEnds);
    labelEnds[4]--;
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> gradient(network(Shape.of(Shape.RAGGED, FEATURES)), block))
            .getMessage();
    assertTrue(message.contains("1 labels for 2 steps"), message);
  }
}
