package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.Composite;
import io.sparknn.layer.Layer;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompositeTest {

  /** Two layers, the second of them perhaps in a composite of its own. */
  private record Pair(Layer first, Layer second) implements Composite {
    @Override
    public Wire wire(Wiring wiring, List<Wire> inputs) {
      Wire middle = wiring.apply("first", first, inputs);
      return wiring.apply("second", second, middle);
    }
  }

  private static Dense dense(int units) {
    return new Dense(units, ActivationFunction.TANH);
  }

  private static Graph graph(Layer layer) {
    return Graph.input("x", Shape.of(3)).then("pair", layer).then("end", dense(2)).readable();
  }

  @Test
  void aNetworkTakesThePartsInItsPlace() {
    Pair pair = new Pair(dense(4), new Pair(new Flatten(), dense(5)));
    assertEquals(Shape.of(5), pair.outputShape(List.of(Shape.of(3))));
    Network network = new Network(graph(pair), List.of(Shape.of(3)));
    assertEquals(
        List.of(
            "pair/first/kernel",
            "pair/first/bias",
            "pair/second/second/kernel",
            "pair/second/second/bias",
            "dense/kernel",
            "dense/bias"),
        network.slots().stream().map(Slot::name).toList());
    assertEquals(
        List.of("pair", "dense"), network.graph().nodes().stream().map(n -> n.name()).toList());
    assertTrue(network.summary().matches("(?s).*pair +x +\\(5\\) +41.*"), network.summary());
    new NetworkTrial(graph(pair)).checkGradients(3);
  }

  @Test
  void aRefusalNamesThePartOnce() {
    Pair pair = new Pair(new Flatten(), new Dense(4, ActivationFunction.TANH));
    Graph graph = Graph.input("x", Shape.of(Shape.UNKNOWN)).then("pair", pair).readable();
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new Network(graph, List.of(Shape.of(Shape.RAGGED))))
            .getMessage();
    assertTrue(message.startsWith("pair/first: expects rows of one"), message);
  }
}
