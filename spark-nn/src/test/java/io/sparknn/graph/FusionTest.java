package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.pool.GlobalAveragePooling;
import io.sparknn.layer.regularization.Dropout;
import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that a network computes as one compute what they do one after the other. */
class FusionTest {
  private static final int ROWS = 5;

  static Stream<Arguments> pairs() {
    Layer mean = new GlobalAveragePooling(1);
    Layer relu = new Activation(ActivationFunction.RELU);
    return Stream.of(
        Arguments.of(embedding(70, -1), mean, Shape.of(6)),
        Arguments.of(embedding(3, -1), mean, Shape.of(Shape.RAGGED)),
        Arguments.of(embedding(3, 2), mean, Shape.of(Shape.RAGGED)),
        Arguments.of(embedding(33, 1), mean, Shape.of(7)),
        Arguments.of(new BatchNormalization(0.9, 1e-3), relu, Shape.of(4, 3)),
        Arguments.of(new BatchNormalization(0.9, 1e-3), relu, Shape.of(Shape.RAGGED, 17)),
        Arguments.of(new BatchNormalization(0.9, 1e-3), relu, Shape.of(37)),
        Arguments.of(new BatchNormalization(0.9, 1e-3), relu, Shape.of(9, 32)));
  }

  private static Layer embedding(int width, int paddingIndex) {
    return new Embedding(List.of(5), width, paddingIndex, Initializer.UNIFORM);
  }

  private static Graph graph(Shape input, Layer... layers) {
    Graph graph = Graph.input("x", input);
    for (Layer layer : layers) {
      graph = graph.then("layer" + graph.nodes().size(), layer);
    }
    return graph.readable();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void bothAreOne(Layer first, Layer second, Shape input) {
    NetworkTrial fused = new NetworkTrial(graph(input, first, second));
    // Dropping nothing keeps the two apart.
    NetworkTrial apart = new NetworkTrial(graph(input, first, new Dropout(0), second));
    assertEquals(1, fused.network().parts().size());
    assertEquals(3, apart.network().parts().size());
    for (int rows : new int[] {ROWS, 2, ROWS}) {
      float[][] data = fused.data(rows);
      float[] gradient = fused.outputGradient(rows);
      assertArrayEquals(apart.score(data), fused.score(data), 1e-5f);
      assertArrayEquals(apart.step(data, gradient).all(), fused.step(data, gradient).all(), 1e-4f);
    }
  }

  @Test
  void aSumIsOneWithItsRectifier() {
    Layer relu = new Activation(ActivationFunction.RELU);
    List<Graph> inputs = List.of(Graph.input("x", Shape.of(17)), Graph.input("y", Shape.of(17)));
    Graph sum = Graph.join("sum", new Add(), inputs);
    NetworkTrial fused = new NetworkTrial(sum.then("relu", relu).readable());
    NetworkTrial apart =
        new NetworkTrial(sum.then("nothing", new Dropout(0)).then("relu", relu).readable());
    assertEquals(1, fused.network().parts().size());
    float[][] data = fused.data(ROWS);
    float[] gradient = fused.outputGradient(ROWS);
    assertArrayEquals(apart.step(data, gradient).all(), fused.step(data, gradient).all());
  }

  @Test
  void otherActivationsStayApart() {
    NetworkTrial trial =
        new NetworkTrial(
            graph(
                Shape.of(3),
                new BatchNormalization(0.9, 1e-3),
                new Activation(ActivationFunction.TANH)));
    assertEquals(2, trial.network().parts().size());
  }

  @Test
  void aLayerThatOthersReadStaysAlone() {
    Graph first = Graph.input("x", Shape.of(3)).then("a", new BatchNormalization(0.9, 1e-3));
    Graph second = first.then("b", new Activation(ActivationFunction.RELU));
    Graph sum = Graph.join("c", new Add(), List.of(first, second));
    assertEquals(3, new NetworkTrial(sum.readable()).network().parts().size());
  }

  @Test
  void anOutputThatIsReadStaysAlone() {
    Graph dense = Graph.input("x", Shape.of(3)).then("a", new Dense(2, ActivationFunction.LINEAR));
    NetworkTrial trial = new NetworkTrial(dense.then("b", new Dense(2, ActivationFunction.RELU)));
    assertEquals(2, trial.network().parts().size());
    trial.checkGradients(ROWS);
  }
}
