package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.Layer;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a network takes over from another. */
class TransferTest {
  private static final Shape INPUT = Shape.of(3);

  private static Layer dense(int units) {
    return new Dense(units, ActivationFunction.TANH);
  }

  private static Layer norm() {
    return new BatchNormalization(0.9, 1e-3, true, true);
  }

  private static Network network(Layer... layers) {
    Graph graph = Graph.input("x", INPUT);
    for (int i = 0; i < layers.length; i++) {
      graph = graph.then("stage" + i, layers[i]);
    }
    return new Network(graph.readable(), List.of(INPUT));
  }

  /** Layers all of whose values are those of the other network, where all are 1, and none else. */
  private static Map<String, Boolean> taken(Transfer transfer, Network from, Network to) {
    float[] source = new float[from.size()];
    Arrays.fill(source, 1);
    float[] weights = new float[to.size()];
    transfer.copy(source, weights);
    Map<String, Boolean> taken = new TreeMap<>();
    for (Slot slot : to.slots()) {
      int end = slot.offset() + slot.weight().shape().size();
      float[] values = Arrays.copyOfRange(weights, slot.offset(), end);
      boolean all = true;
      boolean any = false;
      for (float value : values) {
        all &= value == 1;
        any |= value == 1;
      }
      assertEquals(any, all, slot.name());
      taken.merge(slot.name().substring(0, slot.name().lastIndexOf('/')), all, Boolean::logicalAnd);
    }
    return taken;
  }

  @Test
  void everyLayerOfTheSameNetworkIsTakenWithItsStatistics() {
    Network network = network(dense(4), norm(), dense(2));
    float[] from = network.initialWeights(1);
    float[] to = network.initialWeights(2);
    Transfer transfer = new Transfer(network, network, true);
    transfer.copy(from, to);
    assertEquals(Arrays.toString(from), Arrays.toString(to));
    assertEquals("3 of 3 layers", transfer.toString());
  }

  @Test
  void whatIsFrozenMayDiffer() {
    Network from = network(dense(4), norm(), dense(2));
    Network to = Freezing.freeze(from, List.of("dense"));
    float[] source = from.initialWeights(1);
    float[] weights = to.initialWeights(2);
    new Transfer(from, to, true).copy(source, weights);
    for (int i = 0; i < from.slots().size(); i++) {
      Slot a = from.slots().get(i);
      Slot b = to.slots().get(i);
      for (int k = 0; k < a.weight().shape().size(); k++) {
        assertEquals(source[a.offset() + k], weights[b.offset() + k], a.name());
      }
    }
  }

  @Test
  void theTopIsNewIfItIsNotIncluded() {
    Network network = network(dense(4), dense(2));
    Transfer transfer = new Transfer(network, network, false);
    assertEquals(Map.of("dense", true, "dense_1", false), taken(transfer, network, network));
    assertEquals("1 of 2 layers; not dense_1 (the top)", transfer.toString());
  }

  @Test
  void topsStandForEachOtherWhateverTheirNames() {
    Network from = network(dense(3), dense(3));
    Network to = network(dense(3), dense(3), dense(3));
    Transfer transfer = new Transfer(from, to, true);
    assertEquals(
        Map.of("dense", true, "dense_1", false, "dense_2", true), taken(transfer, from, to));
    assertEquals("2 of 3 layers; not dense_1 (absent)", transfer.toString());
    assertEquals("2 of 2 layers", new Transfer(to, from, true).toString());
  }

  @Test
  void aLayerOfAnotherShapeIsLeftWhole() {
    Network from = network(dense(4), norm(), dense(2));
    Network to = network(dense(4), norm(), dense(5));
    Transfer transfer = new Transfer(from, to, true);
    assertEquals(
        Map.of("dense", true, "batchnormalization", true, "dense_1", false),
        taken(transfer, from, to));
    assertEquals(
        "2 of 3 layers; not dense_1 ({kernel=(4, 5), bias=(5)} where it has {kernel=(4, 2), bias=(2)})",
        transfer.toString());
  }

  @Test
  void nothingInCommonIsRefused() {
    Network from = network(dense(4), dense(2));
    Network to = network(norm(), dense(3));
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Transfer(from, to, true))
            .getMessage();
    assertEquals(
        "it has none of this network's layers: it has [dense, dense_1]; not taken are"
            + " [batchnormalization (absent), dense ({kernel=(3, 3), bias=(3)} where it has"
            + " {kernel=(4, 2), bias=(2)})]",
        message);
    assertThrows(
        IllegalArgumentException.class,
        () -> new Transfer(network(dense(2)), network(dense(2)), false));
    assertTrue(new Transfer(network(dense(2)), network(dense(2)), true).toString().startsWith("1"));
  }
}
