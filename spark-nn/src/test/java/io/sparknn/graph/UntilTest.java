package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.Composite;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.merge.Add;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A network cut behind one of its layers. */
class UntilTest {
  private static final Shape INPUT = Shape.of(2);

  private static Dense linear() {
    return new Dense(2, ActivationFunction.LINEAR);
  }

  /** The sum of two layers. */
  private record Both() implements Composite {
    @Override
    public Wire wire(Wiring wiring, List<Wire> inputs) {
      Wire left = wiring.apply("left", linear(), inputs);
      Wire right = wiring.apply("right", linear(), inputs);
      return wiring.apply("sum", new Add(), left, right);
    }
  }

  /** The sum and the rectifier behind it are computed as one. */
  private static Network network() {
    Graph graph =
        Graph.input("x", INPUT)
            .then("a", linear())
            .then("b", new Both())
            .then("c", new Activation(ActivationFunction.RELU))
            .then("d", linear());
    return new Network(graph.readable(), List.of(INPUT));
  }

  /** Each kernel multiplies by another number. */
  private static float[] weights(Network network) {
    float[] weights = new float[network.size()];
    int[] next = {2};
    network
        .slots()
        .forEach(
            slot -> {
              if (slot.weight().name().equals("kernel")) {
                weights[slot.offset()] = next[0];
                weights[slot.offset() + 3] = next[0]++;
              }
            });
    return weights;
  }

  private static float[] run(String layer) {
    Network cut = network().until(layer);
    Replica replica = new Replica(cut);
    replica.start(1);
    replica.write(0, 0, new float[] {1, -1}, 0, 2);
    replica.forward(weights(network()));
    return Arrays.copyOf(replica.output().data(), 2);
  }

  @Test
  void theOutputIsThatOfTheLayerAlone() {
    assertArrayEquals(new float[] {2, -2}, run("dense"));
    assertArrayEquals(new float[] {14, 0}, run("activation"));
    assertArrayEquals(new float[] {6, -6}, run("both/left"));
    assertArrayEquals(new float[] {8, -8}, run("both/right"));
    assertArrayEquals(new float[] {14, -14}, run("both"));
    assertArrayEquals(new float[] {14, -14}, run("both/sum"));
    assertArrayEquals(new float[] {70, 0}, run("dense_1"));
  }

  @Test
  void nothingBehindIsComputedAndAllWeightsStay() {
    Network cut = network().until("both/right");
    assertEquals(
        List.of("dense", "both/right"), cut.parts().stream().map(part -> part.name()).toList());
    assertEquals(network().slots(), cut.slots());
    assertEquals(INPUT, cut.outputShape());
    assertTrue(cut.valuesPerRow(1) < network().valuesPerRow(1));
  }

  @Test
  void anUnknownLayerIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> network().until("dens")).getMessage();
    assertEquals(
        "there is no layer 'dens'; the layers are [x, dense, both/left, both/right, both/sum,"
            + " both, activation, dense_1]",
        message);
  }
}
