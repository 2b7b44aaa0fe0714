package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.regularization.Dropout;
import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ReplicaTest {
  private static final Graph INPUT = Graph.input("x", Shape.of(2));
  private static final Dense LINEAR = new Dense(2, ActivationFunction.LINEAR);
  private static final Dense TANH = new Dense(2, ActivationFunction.TANH);
  private static final Activation SILU = new Activation(ActivationFunction.SILU);
  private static final Activation RELU = new Activation(ActivationFunction.RELU);
  private static final Add ADD = new Add();

  private static Graph sum(Graph... branches) {
    return Graph.join("sum", ADD, List.of(branches));
  }

  @Test
  void residualBranchEqualsHandComputation() {
    NetworkTrial trial = new NetworkTrial(sum(INPUT, INPUT.then("dense", LINEAR)));
    // kernel (1, 2; 3, 4), bias (0.5, -0.5)
    System.arraycopy(new float[] {1, 2, 3, 4, 0.5f, -0.5f}, 0, trial.weights(), 0, 6);
    NetworkTrial.Step step = trial.step(new float[][] {{10, 20}}, new float[] {1, -1});
    assertArrayEquals(new float[] {10 + 70.5f, 20 + 99.5f}, step.output());
    assertArrayEquals(new float[] {1 + (1 - 2), -1 + (3 - 4)}, step.inputs()[0]);
    assertArrayEquals(new float[] {10, -10, 20, -20, 1, -1}, step.weights());
  }

  @TestFactory
  Stream<DynamicTest> gradientsAreRightIn() {
    Graph dense = INPUT.then("a", TANH);
    Graph twice = sum(dense, dense);
    Graph other = Graph.input("z", Shape.of(2));
    Graph residual = sum(dense, dense.then("b", TANH).then("e", SILU));
    return Map.ofEntries(
            Map.entry("a chain", dense.then("b", LINEAR).then("c", TANH)),
            Map.entry(
                "activations in a chain", dense.then("b", SILU).then("c", TANH).then("d", SILU)),
            Map.entry("a rectified sum", sum(dense, residual).then("r", RELU).then("c", TANH)),
            Map.entry(
                "a sum whose reader reads more",
                sum(residual.then("c", SILU), residual, residual.then("d", TANH)).then("g", TANH)),
            Map.entry("a sum of the same value", twice),
            Map.entry("a sum of the same value thrice", sum(dense, dense, dense).then("b", TANH)),
            Map.entry("a sum of the same raw input", sum(INPUT, INPUT).then("b", TANH)),
            Map.entry(
                "a value read by a layer and twice by its sum",
                sum(dense, dense.then("b", TANH), dense)),
            Map.entry("a diamond", sum(dense.then("b", TANH), dense.then("c", LINEAR))),
            Map.entry("weights shared along a chain", dense.then("a", TANH).then("a", TANH)),
            Map.entry("weights shared by two inputs", sum(dense, other.then("a", TANH))),
            Map.entry(
                "views in a residual branch",
                sum(
                    dense,
                    dense
                        .then("r", new Reshape(Shape.of(2, 1)))
                        .then("d", new Dense(1, ActivationFunction.SILU))
                        .then("f", new Flatten()))),
            Map.entry(
                "a view of a raw input at the end", INPUT.then("r", new Reshape(Shape.of(1, 2)))))
        .entrySet()
        .stream()
        .map(
            each ->
                dynamicTest(
                    each.getKey(), () -> new NetworkTrial(each.getValue()).checkGradients(3)));
  }

  @Test
  void nothingIsLeftOfEarlierBatches() {
    Graph dense = INPUT.then("a", TANH);
    Graph graph =
        sum(
                dense,
                dense.then("n", new BatchNormalization(0.9, 1e-3)).then("d", new Dropout(0.5)),
                dense)
            .then("e", LINEAR);
    NetworkTrial used = new NetworkTrial(graph);
    used.poison(9);
    for (int rows : new int[] {4, 2, 8}) {
      NetworkTrial fresh = new NetworkTrial(graph);
      float[][] data = fresh.data(rows);
      float[] gradient = fresh.outputGradient(rows);
      assertArrayEquals(fresh.step(data, gradient).weights(), used.step(data, gradient).weights());
    }
  }
}
