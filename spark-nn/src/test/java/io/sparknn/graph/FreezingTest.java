package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.Composite;
import io.sparknn.layer.Layer;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which layers a name stands for, and that these are not trained. */
class FreezingTest {
  private static final Shape INPUT = Shape.of(3);

  /** A chain of layers, a part of which may be a chain in turn. */
  private record Chain(List<Layer> layers) implements Composite {
    @Override
    public Wire wire(Wiring wiring, List<Wire> inputs) {
      Wire wire = inputs.get(0);
      for (int i = 0; i < layers.size(); i++) {
        wire = wiring.apply(i + "/layer", layers.get(i), wire);
      }
      return wire;
    }
  }

  private static Dense dense() {
    return new Dense(3, ActivationFunction.TANH);
  }

  private static BatchNormalization norm() {
    return new BatchNormalization(0.9, 1e-3, true, true);
  }

  /** A dense layer, a chain of two with a chain of two in it, and a head. */
  private static Network network() {
    Layer inner = new Chain(List.of(norm(), dense()));
    Graph graph =
        Graph.input("x", INPUT)
            .then("a", dense())
            .then("b", new Chain(List.of(dense(), inner)))
            .then("c", dense());
    return new Network(graph.readable(), List.of(INPUT));
  }

  private static List<String> frozen(Network network) {
    return network.layers().entrySet().stream()
        .filter(layer -> layer.getValue().stream().noneMatch(slot -> slot.options().trainable()))
        .map(layer -> layer.getKey())
        .toList();
  }

  static Stream<Arguments> patterns() {
    String first = "chain/0/layer";
    String norm = "chain/1/layer/0/layer";
    String last = "chain/1/layer/1/layer";
    return Stream.of(
        arguments(List.of(), List.of()),
        arguments(List.of("dense"), List.of("dense")),
        arguments(List.of("dense_1"), List.of("dense_1")),
        arguments(List.of("dense*"), List.of("dense")),
        arguments(List.of("*"), List.of("dense", first, norm, last)),
        arguments(List.of("chain"), List.of(first, norm, last)),
        arguments(List.of("chain/*"), List.of(first, norm, last)),
        arguments(List.of("chain/0"), List.of(first)),
        arguments(List.of("chain/1/layer"), List.of(norm, last)),
        arguments(List.of("ch*n/0", "dense"), List.of("dense", first)),
        arguments(List.of("*/1/layer/0/layer"), List.of(norm)),
        arguments(List.of("chain/1/layer/1/layer", first), List.of(first, last)));
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void aNameStandsForLayersAndTheirParts(List<String> patterns, List<String> expected) {
    Network network = Freezing.freeze(network(), patterns);
    assertEquals(expected, frozen(network));
    new NetworkTrial(network.graph()).checkGradients(4);
  }

  @Test
  void partsStayFrozenInJsonAndIfMoreAreFrozen() {
    Network first = Freezing.freeze(network(), List.of("chain/0"));
    Graph saved = GraphJson.read(GraphJson.write(first.graph()), Graph.class);
    assertEquals(first.graph(), saved);
    Network both =
        Freezing.freeze(new Network(saved, List.of(INPUT)), List.of("chain/1/layer/1/layer"));
    assertEquals(List.of("chain/0/layer", "chain/1/layer/1/layer"), frozen(both));
  }

  @Test
  void aFrozenPartKeepsItsStatistics() {
    Network network = Freezing.freeze(network(), List.of("chain/1"));
    NetworkTrial trial = new NetworkTrial(network.graph());
    assertArrayEquals(trial.score(trial.data(5)), trial.train(trial.data(5)), 1e-6f);
    float[] weights = trial.weights().clone();
    network.updateStatistics(weights, network.newGradient(), 5);
    assertArrayEquals(trial.weights(), weights);
  }

  @Test
  void firstValuesDoNotDependOnWhatIsFrozen() {
    Network free = network();
    Network frozen = Freezing.freeze(free, List.of("chain"));
    float[] weights = free.initialWeights(7);
    float[] others = frozen.initialWeights(7);
    for (int i = 0; i < free.slots().size(); i++) {
      Slot a = free.slots().get(i);
      Slot b = frozen.slots().get(i);
      assertEquals(a.name(), b.name());
      for (int k = 0; k < a.weight().shape().size(); k++) {
        assertEquals(weights[a.offset() + k], others[b.offset() + k]);
      }
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments(List.of("conv*"), "'conv*' matches no layer", "[dense, chain/0/layer, chain/1"),
        arguments(List.of("dense", "Dense"), "'Dense' matches no layer", "head's own 'dense_1'"),
        arguments(List.of("dense_*"), "'dense_*' matches no layer", "head's own 'dense_1'"),
        arguments(List.of("den.e"), "'den.e' matches no layer", "dense"),
        arguments(List.of(""), "'' matches no layer", "dense"),
        arguments(List.of("*", "dense_1"), "[*, dense_1] leave nothing to train", "name fewer"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesAreRefused(List<String> patterns, String said, String also) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Freezing.freeze(network(), patterns))
            .getMessage();
    assertTrue(message.contains(said) && message.contains(also), message);
  }
}
