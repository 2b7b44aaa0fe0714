package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.Network;
import io.sparknn.graph.Scopes;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Scope;
import io.sparknn.layer.block.ResidualBlock;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.pool.GlobalAveragePooling;
import io.sparknn.loss.Loss;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Clipping;
import io.sparknn.optim.Momentum;
import io.sparknn.optim.Schedule;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batch normalisation by the statistics of whole batches, however their rows are spread. */
class SynchronizedTest {

  private static final int ROWS = 45;
  private static final Loss LOSS = new SoftmaxCrossEntropy();
  private static final float ROUNDING = 3e-5f;

  private static BatchNormalization norm(boolean acrossReplicas) {
    return new BatchNormalization(0.7, 1e-3, true, true, acrossReplicas);
  }

  private static Network network(Shape input, Layer... layers) {
    Graph graph = Graph.input("x", input);
    for (int i = 0; i < layers.length; i++) {
      graph = graph.then("layer " + i, layers[i]);
    }
    return new Network(graph.readable(), List.of(input));
  }

  private static Dense dense(int units) {
    return new Dense(units, ActivationFunction.LINEAR);
  }

  /** Normalises its input, and twice within, once with a rectifier behind. */
  private static Network flat(boolean acrossReplicas) {
    return network(
        Shape.of(3),
        norm(acrossReplicas),
        dense(5),
        norm(acrossReplicas),
        new Activation(ActivationFunction.RELU),
        dense(4),
        norm(acrossReplicas),
        dense(3));
  }

  /** Normalises the steps of sequences of different lengths. */
  private static Network ragged(boolean acrossReplicas) {
    return network(
        Shape.of(Shape.RAGGED, 3),
        dense(4),
        norm(acrossReplicas),
        new Activation(ActivationFunction.RELU),
        new GlobalAveragePooling(1),
        dense(3));
  }

  static Stream<Network[]> networks() {
    return Stream.of(
        new Network[] {flat(true), flat(false)}, new Network[] {ragged(true), ragged(false)});
  }

  /** Rows sorted by class, those of a class around a point of their own. */
  private static List<RowBlock> rows(Network network) {
    Random random = new Random(3);
    List<RowBlock> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int label = i * 3 / ROWS;
      int steps = network.isRagged() ? 1 + random.nextInt(5) : 1;
      float[] x = new float[3 * steps];
      for (int k = 0; k < x.length; k++) {
        x[k] = (float) (10 * (k % 3) + label * (k % 2) + random.nextGaussian());
      }
      rows.add(
          new RowBlock(
              1,
              new Values[] {new Values(1, x, new int[] {x.length})},
              Values.even(1, new float[] {label}),
              new float[] {1 + i % 2}));
    }
    return rows;
  }

  private static LocalGradientSource source(Network network, int microBatchSize, int... sizes) {
    List<List<RowBlock>> partitions = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      partitions.add(rows(network).subList(from, from + size));
      from += size;
    }
    return new LocalGradientSource(
        network, new Recipe(new BatchPlan(ROWS, 20, 5), LOSS, null, microBatchSize), partitions);
  }

  private static float[] train(Network network, int microBatchSize, int... sizes) {
    Trainer trainer =
        new Trainer(
            network, new BatchPlan(ROWS, 20, 5), rule(1), 4, EarlyStopping.NEVER, List.of());
    TrainingState state = trainer.start(network.initialWeights(2));
    trainer.train(state, source(network, microBatchSize, sizes));
    return state.weights();
  }

  private static StepRule rule(int localSteps) {
    return new StepRule(
        () -> new Momentum(0.9),
        0.05,
        () -> Schedule.parse("constant"),
        Clipping.NONE,
        0,
        localSteps);
  }

  private static void assertClose(float[] expected, float[] weights, String what) {
    assertEquals(expected.length, weights.length);
    for (int i = 0; i < expected.length; i++) {
      float rounding = ROUNDING * (1 + Math.abs(expected[i]));
      assertEquals(expected[i], weights[i], rounding, what + ", weight " + i);
    }
  }

  private static final int[][] PARTITIONS = {
    {22, 23}, {0, 45}, {15, 15, 15}, {10, 0, 20, 1, 0, 0, 14}, {1, 2, 3, 4, 5, 6, 24}
  };

  private static final int WHOLE = Integer.MAX_VALUE;

  @ParameterizedTest
  @MethodSource("networks")
  void onePartitionTrainsAsWithoutIt(Network exact, Network plain) {
    assertClose(train(plain, WHOLE, ROWS), train(exact, WHOLE, ROWS), "");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void anyPartitionsTrainAsOne(Network exact, Network plain) {
    float[] expected = train(exact, WHOLE, ROWS);
    for (int[] sizes : PARTITIONS) {
      assertClose(expected, train(exact, WHOLE, sizes), Arrays.toString(sizes));
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void partsOfAShareTrainAsTheWhole(Network exact, Network plain) {
    float[] expected = train(exact, WHOLE, ROWS);
    assertClose(expected, train(exact, 3, ROWS), "parts of 3");
    assertClose(expected, train(exact, 6, 12, 33), "parts of 6");
  }

  @Test
  void statisticsOfTheInputHaveTheSameBitsInAnyPartitions() {
    Network network = flat(true);
    float[] expected = statistics(network, train(network, WHOLE, ROWS));
    assertEquals(7, expected.length);
    for (int[] sizes : PARTITIONS) {
      assertArrayEquals(expected, statistics(network, train(network, WHOLE, sizes)));
      assertArrayEquals(expected, statistics(network, train(network, 2, sizes)));
    }
  }

  private static float[] statistics(Network network, float[] weights) {
    int from = network.trainableSize();
    return Arrays.copyOfRange(weights, from, from + 7);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsAreThoseOfTheLossOverAllReplicas(Network exact, Network plain) {
    LocalGradientSource source = source(exact, WHOLE, 10, 0, 20, 15);
    float[] weights = exact.initialWeights(4);
    GradientSum sum = source.compute(Assignment.gradient(weights, 0, 1));
    float step = 1e-3f;
    for (int i = 0; i < exact.trainableSize(); i++) {
      double slope =
          (loss(source, weights, i, step) - loss(source, weights, i, -step)) / (2 * step);
      assertEquals(slope, sum.gradient().dense()[i], 3e-2 * (1 + Math.abs(slope)), "weight " + i);
    }
  }

  private static double loss(LocalGradientSource source, float[] weights, int index, float step) {
    float[] moved = weights.clone();
    moved[index] += step;
    return source.compute(Assignment.gradient(moved, 0, 1)).loss();
  }

  @Test
  void localStepsAreRefused() {
    Network network = flat(true);
    Trainer trainer =
        new Trainer(
            network, new BatchPlan(ROWS, 20, 5), rule(2), 4, EarlyStopping.NEVER, List.of());
    TrainingState state = trainer.start(network.initialWeights(2));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> trainer.train(state, source(network, WHOLE, ROWS)))
            .getMessage();
    assertTrue(message.startsWith("layer 'batchnormalization' is synchronized"), message);
  }

  @Test
  void olderFilesMeanReplicasByThemselves() {
    Layer old =
        GraphJson.read(
            "{\"type\":\"norm.BatchNormalization\",\"momentum\":0.9,\"epsilon\":0.001,\"center\":true,\"scale\":true}",
            Layer.class);
    assertEquals(new BatchNormalization(0.9, 1e-3), old);
    ResidualBlock block = block(false);
    String text = GraphJson.write(block);
    assertEquals(block, GraphJson.read(text.replace(",\"acrossReplicas\":false", ""), Layer.class));
    assertThrows(
        IllegalArgumentException.class,
        () -> GraphJson.read(text.replace("\"stride\":1,", ""), Layer.class));
    assertEquals(block(true), GraphJson.read(GraphJson.write(block(true)), Layer.class));
  }

  private static ResidualBlock block(boolean acrossReplicas) {
    return new ResidualBlock(
        ResidualBlock.Variant.BASIC,
        4,
        1,
        ResidualBlock.Shortcut.PROJECTION,
        false,
        ActivationFunction.RELU,
        0.9,
        1e-3,
        Initializer.HE_NORMAL,
        acrossReplicas);
  }

  @Test
  void theScopeOfABlockIsThatOfItsParts() {
    Graph graph =
        Graph.input("x", Shape.of(8, 8, 4))
            .then("a", dense(4))
            .then("b", block(false))
            .then("c", block(true))
            .readable();
    Scopes scopes = new Scopes(graph, List.of());
    assertEquals(
        List.of("residualblock/1/norm", "residualblock/2/norm"), scopes.layers(Scope.REPLICA));
    assertEquals(
        List.of("residualblock_1/1/norm", "residualblock_1/2/norm"), scopes.layers(Scope.BATCH));
    assertEquals(
        List.of("residualblock/1/norm"),
        new Scopes(graph, List.of("residualblock/2", "*_1")).layers(Scope.REPLICA));
    assertEquals(List.of(), new Scopes(graph, List.of("*")).layers(Scope.REPLICA));
  }
}
