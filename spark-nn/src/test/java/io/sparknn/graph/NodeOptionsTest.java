package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeOptionsTest {
  private static final Shape INPUT = Shape.of(3);

  private static NodeOptions options(String name, double l1, double l2, double maxNorm) {
    return new NodeOptions(name, true, l1, l2, maxNorm, "");
  }

  private static NodeOptions frozen() {
    return new NodeOptions("", false, 0.5, 0.5, 0.1, "");
  }

  private static Graph dense(NodeOptions options) {
    Dense dense = new Dense(2, ActivationFunction.TANH);
    return Graph.join("a", dense, options, List.of(Graph.input("x", INPUT)));
  }

  private static Network network(Graph graph) {
    return new Network(graph.readable(), List.of(INPUT));
  }

  @Test
  void aGivenNameNamesNodeAndWeights() {
    Graph graph = dense(options("body", 0, 0, 0)).then("b", new Dense(1, ActivationFunction.TANH));
    Network network = network(graph);
    List<String> names = network.slots().stream().map(Slot::name).toList();
    assertEquals(List.of("body/kernel", "body/bias", "dense/kernel", "dense/bias"), names);
  }

  @Test
  void twoLayersOfOneNameAreRefused() {
    Graph graph =
        Graph.join(
            "b",
            new Dense(1, ActivationFunction.TANH),
            options("body", 0, 0, 0),
            List.of(dense(options("body", 0, 0, 0))));
    String message = assertThrows(IllegalArgumentException.class, graph::readable).getMessage();
    assertTrue(message.contains("named 'body'"), message);
  }

  @Test
  void badOptionsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> options("a/b", 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> options("", -1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> options("", 0, Double.NaN, 0));
    assertThrows(IllegalArgumentException.class, () -> options("", 0, 0, -0.1));
  }

  @Test
  void optionsSurviveJson() {
    Graph graph = dense(options("body", 0.1, 0.2, 3)).readable();
    assertEquals(graph, GraphJson.read(GraphJson.write(graph), Graph.class));
  }

  /** 0.1 |w| + 0.2 w^2 over the kernel, and nothing over the bias. */
  @Test
  void thePenaltyIsThatOfKernels() {
    Network network = network(dense(options("", 0.1, 0.2, 0)));
    float[] weights = {1, -2, 0.5f, 0, 3, -1, 7, 7};
    Gradient gradient = network.newGradient();
    assertEquals(0.1 * 7.5 + 0.2 * 15.25, network.addPenalty(weights, gradient, 10), 1e-6);
    float[] actual = new float[network.gradientSize()];
    gradient.addTo(actual);
    assertArrayEquals(new float[] {5, -9, 3, 0, 13, -5, 0, 0}, actual, 1e-5f);
  }

  @Test
  void normsOfColumnsAreLimited() {
    Network network = network(dense(options("", 0, 0, 1)));
    float[] weights = {3, 0.1f, 0, 0.2f, 4, 0.3f, 7, 7};
    network.limitNorms(weights);
    assertArrayEquals(new float[] {0.6f, 0.1f, 0, 0.2f, 0.8f, 0.3f, 7, 7}, weights, 1e-6f);
  }

  @Test
  void frozenWeightsStandLastAndHaveNoGradientPenaltyOrLimit() {
    Graph graph = dense(frozen()).then("b", new Dense(1, ActivationFunction.LINEAR));
    Network network = network(graph);
    assertEquals(3, network.trainableSize());
    assertEquals(3, network.gradientSize());
    assertEquals(11, network.size());
    assertEquals(List.of(3, 9, 0, 2), network.slots().stream().map(Slot::offset).toList());
    float[] weights = network.initialWeights(1);
    float[] before = weights.clone();
    assertEquals(0, network.addPenalty(weights, network.newGradient(), 1));
    network.limitNorms(weights);
    assertArrayEquals(before, weights);
    NetworkTrial trial = new NetworkTrial(graph.readable());
    trial.checkGradients(4);
    assertTrue(network.summary().endsWith("3 trainable weights, 0 statistics, 8 frozen weights"));
  }

  /** Then it is the same function in training and in scoring, and its gradient passes through. */
  @Test
  void aFrozenBatchNormalizationUsesItsStatistics() {
    Graph below = dense(NodeOptions.DEFAULT);
    Graph graph =
        Graph.join("n", new BatchNormalization(0.9, 1e-3, true, true), frozen(), List.of(below));
    NetworkTrial trial = new NetworkTrial(graph.readable());
    assertArrayEquals(trial.score(trial.data(5)), trial.train(trial.data(5)), 1e-6f);
    trial.checkGradients(5);
    float[] weights = trial.weights().clone();
    trial.network().updateStatistics(weights, trial.network().newGradient(), 5);
    assertArrayEquals(trial.weights(), weights);
    assertFalse(trial.network().slots().get(2).isTrained());
  }
}
