package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.merge.Concatenate;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Networks over rows that are mostly 0 compute what they compute over dense rows. */
class SparseNetworkTest {
  private static final int ROWS = 9;
  private static final int WIDTH = 400;
  private static final int NARROW = 3;
  private static final Map<String, Long> WIDE = Map.of("wide", 8L, "wider", 8L);

  private final Graph wide = Graph.input("wide", Shape.of(WIDTH));
  private final Graph narrow = Graph.input("narrow", Shape.of(NARROW));

  private static Dense dense(int units) {
    return new Dense(units, ActivationFunction.RELU);
  }

  private static Network network(Graph graph) {
    List<Shape> shapes =
        graph.inputs().stream()
            .map(i -> Shape.of(i.name().startsWith("wide") ? WIDTH : NARROW))
            .toList();
    return new Network(graph.then("head", dense(2)).readable(), shapes);
  }

  /** Rows of which the third is all 0. */
  private static float[] row(String input, int row) {
    Random random = new Random(row);
    float[] values = new float[input.startsWith("wide") ? WIDTH : NARROW];
    for (int k = 0; k < 8 && row != 2; k++) {
      values[random.nextInt(values.length)] = random.nextFloat() - 0.3f;
    }
    return values;
  }

  /** Weights that depend on their names only. */
  private static float[] weights(Network network) {
    float[] weights = new float[network.size()];
    for (Slot slot : network.slots()) {
      Random random = new Random(slot.name().hashCode());
      Tensor tensor = slot.in(weights);
      for (int i = 0; i < tensor.size(); i++) {
        tensor.data()[tensor.offset() + i] = random.nextFloat() - 0.4f;
      }
    }
    return weights;
  }

  /** What a network computes: its output and, by name, its gradient. */
  private record Result(float[] output, Map<String, float[]> gradient, long bytes) {

    static Result of(Network network) {
      Replica replica = new Replica(network);
      Gradient gradient = network.newGradient();
      float[] weights = weights(network);
      for (int batch = 0; batch < 2; batch++) {
        replica.startTraining(ROWS, 1, new long[ROWS]);
        List<String> names = network.graph().inputs().stream().map(i -> i.name()).toList();
        for (int row = 0; row < ROWS; row++) {
          for (int i = 0; i < names.size(); i++) {
            float[] values = row(names.get(i), row);
            replica.write(i, row, values, 0, values.length);
          }
        }
        replica.forward(weights);
        Maths.copy(replica.output(), replica.outputGradient());
        float[] output = Arrays.copyOf(replica.output().data(), replica.output().size());
        replica.backward(gradient);
        if (batch == 1) {
          network.addPenalty(weights, gradient, 2);
          return new Result(output, byName(network, gradient), gradient.bytes());
        }
      }
      throw new AssertionError();
    }

    private static Map<String, float[]> byName(Network network, Gradient gradient) {
      float[] flat = new float[network.size()];
      gradient.addTo(flat);
      Map<String, float[]> byName = new TreeMap<>();
      for (Slot slot : network.slots()) {
        Tensor part = slot.in(flat);
        byName.put(
            slot.name(), Arrays.copyOfRange(flat, part.offset(), part.offset() + part.size()));
      }
      return byName;
    }
  }

  private static void assertSame(Graph graph, Set<String> sparse) {
    Network dense = network(graph);
    Network network = dense.withSparse(WIDE);
    assertEquals(sparse, network.sparse());
    Result expected = Result.of(dense);
    Result actual = Result.of(network);
    assertArrayEquals(expected.output, actual.output, 1e-5f);
    assertEquals(expected.gradient.keySet(), actual.gradient.keySet());
    expected.gradient.forEach(
        (name, values) -> assertArrayEquals(values, actual.gradient.get(name), 1e-4f, name));
    assertEquals(
        dense.slots().stream().map(Slot::name).toList(),
        network.slots().stream().map(Slot::name).toList());
    if (sparse.isEmpty()) {
      assertEquals(dense, network);
    }
  }

  @Test
  void aDenseLayerReadsSparseRows() {
    Graph graph = wide.then("first", dense(16));
    assertSame(graph, Set.of("wide"));
    Network network = network(graph);
    assertTrue(Result.of(network.withSparse(WIDE)).bytes < Result.of(network).bytes / 3);
  }

  @Test
  void theyReachAllLayersThatReadThem() {
    Graph a = wide.then("a", dense(4));
    Graph b = wide.then("b", dense(5));
    assertSame(Graph.join("join", new Concatenate(-1), List.of(a, b)), Set.of("wide"));
  }

  @Test
  void layersThatShareWeightsAddUp() {
    Graph a = wide.then("a", dense(4));
    Graph b = Graph.input("wider", Shape.of(WIDTH)).then("a", dense(4));
    Graph both = Graph.join("join", new Concatenate(-1), List.of(a, b));
    assertSame(both, Set.of("wide", "wider"));
  }

  @Test
  void rawInputsAreJoined() {
    Graph joined = Graph.join("join", new Concatenate(-1), List.of(narrow, wide));
    assertSame(joined.then("first", dense(4)), Set.of("concatenate", "wide"));
  }

  /** A gradient would be wanted of what is joined. */
  @Test
  void trainedValuesAreNotJoinedSparsely() {
    Graph deep = narrow.then("deep", dense(3));
    Graph joined = Graph.join("join", new Concatenate(-1), List.of(wide, deep));
    assertSame(joined.then("first", dense(4)), Set.of());
  }

  @Test
  void oneLayerThatReadsDenseRowsMakesThemDenseForAll() {
    Graph a = wide.then("a", dense(4));
    Graph b = wide.then("tanh", new Activation(ActivationFunction.TANH)).then("b", dense(4));
    assertSame(Graph.join("join", new Concatenate(-1), List.of(a, b)), Set.of());
  }

  @Test
  void weightsSharedWithADenseReaderStayDense() {
    Graph a = wide.then("a", dense(4));
    Graph b = wide.then("tanh", new Activation(ActivationFunction.TANH)).then("a", dense(4));
    Graph both = Graph.join("join", new Concatenate(-1), List.of(a, b));
    assertSame(both, Set.of());
  }

  @Test
  void penaltiesAndNormsAreThoseOfKernels() {
    NodeOptions options = new NodeOptions("", true, 0.1, 0.2, 0.5, "");
    Graph graph = Graph.join("first", dense(16), options, List.of(wide));
    assertSame(graph, Set.of("wide"));
    Network dense = network(graph);
    Network sparse = dense.withSparse(WIDE);
    float[] expected = weights(dense);
    float[] actual = weights(sparse);
    dense.limitNorms(expected);
    sparse.limitNorms(actual);
    for (int i = 0; i < dense.slots().size(); i++) {
      Tensor a = dense.slots().get(i).in(expected);
      Tensor b = sparse.slots().get(i).in(actual);
      assertArrayEquals(
          Arrays.copyOfRange(a.data(), a.offset(), a.offset() + a.size()),
          Arrays.copyOfRange(b.data(), b.offset(), b.offset() + b.size()));
    }
  }

  @Test
  void frozenKernelsHaveNoGradient() {
    Graph graph = Graph.join("first", dense(16), NodeOptions.DEFAULT.freeze(), List.of(wide));
    assertSame(graph, Set.of("wide"));
  }

  @Test
  void cutNetworksKeepTheirWeights() {
    Graph joined = Graph.join("join", new Concatenate(-1), List.of(narrow, wide));
    Network network = network(joined.then("first", dense(4))).withSparse(WIDE);
    Network cut = network.until("concatenate");
    assertEquals(network.size(), cut.size());
    assertEquals(Set.of(), cut.sparse());
    assertEquals(network.slots(), cut.slots());
  }
}
