package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Network.Slot;
import io.sparknn.init.Initializer;
import io.sparknn.layer.attention.MultiHeadAttention;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final Dense DENSE = new Dense(3, ActivationFunction.RELU);
  private static final Graph X = Graph.input("x", Shape.of(2));
  private static final Graph MIXED =
      X.then("a", DENSE)
          .then("n", new BatchNormalization(0.9, 1e-3))
          .then("f", new Flatten())
          .then("b", DENSE)
          .readable();

  private static Network network(Graph graph) {
    return new Network(graph, List.of(Shape.of(2)));
  }

  private static String refusal(Graph graph, int... input) {
    return assertThrows(
            IllegalArgumentException.class, () -> new Network(graph, List.of(Shape.of(input))))
        .getMessage();
  }

  @Test
  void trainableWeightsComeFirstAndStatisticsLast() {
    Network network = network(MIXED);
    assertEquals(
        List.of(
            "dense/kernel 0",
            "dense/bias 6",
            "batchnormalization/gamma 9",
            "batchnormalization/beta 12",
            "batchnormalization/moving_mean 27",
            "batchnormalization/moving_variance 30",
            "batchnormalization/count 33",
            "dense_1/kernel 15",
            "dense_1/bias 24"),
        network.slots().stream().map(slot -> slot.name() + " " + slot.offset()).toList());
    assertEquals(27, network.trainableSize());
    assertArrayEquals(new int[] {6, 9, 12, 15, 24, 27}, network.trainableEnds());
    assertEquals(34, network.size());
    assertEquals(Shape.of(3), network.outputShape());
  }

  @Test
  void sharedWeightsHaveOnePlace() {
    Dense square = new Dense(2, ActivationFunction.TANH);
    assertEquals(6, network(X.then("a", square).then("a", square)).size());
  }

  @Test
  void sharedWeightsThatReadOtherShapesAreRefused() {
    assertEquals(
        "dense_1 shares its weights with dense but reads another shape: use two layers",
        refusal(X.then("a", DENSE).then("a", DENSE).readable(), 2));
  }

  @Test
  void initialWeightsFollowTheSeed() {
    Network network = network(MIXED);
    float[] weights = network.initialWeights(1);
    assertArrayEquals(weights, network(MIXED).initialWeights(1));
    float[] others = network.initialWeights(2);
    for (Slot slot : network.slots()) {
      int at = slot.offset();
      if (slot.name().endsWith("kernel")) {
        assertNotEquals(weights[at], others[at], slot.name());
      } else {
        boolean isOne = slot.name().endsWith("gamma") || slot.name().endsWith("variance");
        assertEquals(isOne ? 1 : 0, weights[at], slot.name());
      }
    }
    assertNotEquals(weights[0], weights[15], "two layers of one seed");
  }

  @Test
  void dataTellsUnknownExtents() {
    Graph graph =
        Graph.input("x", Shape.of(Shape.UNKNOWN))
            .then("r", new Reshape(Shape.of(-1, 2)))
            .then("a", DENSE);
    assertEquals(Shape.of(5, 3), new Network(graph, List.of(Shape.of(10))).outputShape());
  }

  @Test
  void errorsNameTheLayer() {
    Graph reshape =
        Graph.input("x", Shape.of(Shape.UNKNOWN)).then("r", new Reshape(Shape.of(2, 2))).readable();
    assertTrue(refusal(reshape, 7).startsWith("reshape: targetShape (2, 2) does not hold"));
    assertEquals("input 'x' has shape (2); received (7)", refusal(MIXED, 7));
    assertEquals(
        "flatten: its output shape (?) is not known: give the network's input a shape, as Reshape does",
        refusal(
            Graph.input("x", Shape.of(Shape.UNKNOWN)).then("f", new Flatten()).readable(),
            Shape.UNKNOWN));
  }

  @Test
  void summaryCountsNoGaps() {
    Embedding table = new Embedding(List.of(1 << 14), 16, -1, Initializer.ZEROS);
    Graph graph =
        Graph.input("x", Shape.of(2)).then("e", table).then("f", new Flatten()).then("d", DENSE);
    Network network = new Network(graph.readable(), List.of(Shape.of(2)));
    long weights = (1 << 18) + 32 * 3 + 3;
    assertEquals(weights, network.numWeights());
    assertTrue(network.size() > weights, "a great table is aligned");
    assertTrue(
        network.summary().endsWith("  262,243 trainable weights, 0 statistics"), network.summary());
  }

  @Test
  void summaryListsEveryLayer() {
    Dense square = new Dense(2, ActivationFunction.TANH);
    String summary =
        network(MIXED.then("c", square).then("d", square).then("d", square).readable()).summary();
    List<List<String>> cells =
        summary.lines().map(line -> List.of(line.strip().split(" {2,}"))).toList();
    assertEquals(
        List.of(
            List.of("layer", "reads", "output shape", "weights"),
            List.of("x", "(2)"),
            List.of("dense", "x", "(3)", "9"),
            List.of("batchnormalization", "dense", "(3)", "13"),
            List.of("flatten", "batchnormalization", "(3)", "0"),
            List.of("dense_1", "flatten", "(3)", "12"),
            List.of("dense_2", "dense_1", "(2)", "8"),
            List.of("dense_3", "dense_2", "(2)", "6"),
            List.of("dense_4", "dense_3", "(2)", "shared"),
            List.of("41 trainable weights, 7 statistics")),
        cells);
  }

  @Test
  void travelsByJavaSerialisation() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(network(MIXED));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Network read = (Network) in.readObject();
      assertEquals(network(MIXED).graph(), read.graph());
      assertEquals(network(MIXED).slots(), read.slots());
    }
  }

  /** 3 steps of 4 numbers, then of 2 and 2; attention keeps 5 heads of 3 x 3 weights. */
  @Test
  void aRowCostsItsValuesAndWhatLayersKeepOfIt() {
    Graph graph =
        Graph.input("x", Shape.of(Shape.RAGGED, 4))
            .then("a", new Dense(2, ActivationFunction.TANH))
            .then(
                "b",
                new MultiHeadAttention(
                    5, 0, 2, 0, 0, true, false, 0, false, Initializer.ZEROS, Initializer.ZEROS));
    Network network = new Network(graph, List.of(Shape.of(Shape.RAGGED, 4)));
    assertEquals(12 + 6 + 6 + 45, network.valuesPerRow(3));
  }
}
