package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.layer.Layer;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.regularization.Dropout;
import io.sparknn.loss.Loss;
import io.sparknn.loss.Regression;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Adam;
import io.sparknn.optim.Momentum;
import io.sparknn.optim.Optimizer;
import io.sparknn.tensor.Shape;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final Loss CROSS_ENTROPY = new SoftmaxCrossEntropy();
  private static final Dense HIDDEN = new Dense(16, ActivationFunction.TANH);
  private static final Dense CLASSES = new Dense(2, ActivationFunction.LINEAR);
  private static final Network PLAIN = network(HIDDEN, CLASSES);
  private static final int ROWS = 53;

  private static Network network(Layer... layers) {
    Graph graph = Graph.input("x", Shape.of(2));
    for (int i = 0; i < layers.length; i++) {
      graph = graph.then("layer " + i, layers[i]);
    }
    return new Network(graph.readable(), List.of(Shape.of(2)));
  }

  /** A point of the plane, its class and its weight. */
  private record Row(float x, float y, int label, float weight) {
    Row weighing(float other) {
      return new Row(x, y, label, other);
    }
  }

  private static List<Row> randomRows() {
    Random random = new Random(11);
    return IntStream.range(0, ROWS)
        .mapToObj(
            i ->
                new Row(
                    random.nextFloat(-1, 1),
                    random.nextFloat(2, 5),
                    random.nextInt(2),
                    random.nextFloat(0.5f, 2)))
        .toList();
  }

  private static RowBlock block(List<Row> rows) {
    float[] inputs = new float[2 * rows.size()];
    float[] labels = new float[rows.size()];
    float[] weights = new float[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      inputs[2 * i] = rows.get(i).x;
      inputs[2 * i + 1] = rows.get(i).y;
      labels[i] = rows.get(i).label;
      weights[i] = rows.get(i).weight;
    }
    int n = rows.size();
    return new RowBlock(n, new Values[] {Values.even(n, inputs)}, Values.even(n, labels), weights);
  }

  private static List<List<RowBlock>> onePartition(List<Row> rows) {
    return List.of(List.of(block(rows)));
  }

  /** Cuts rows at the given places; equal places give an empty partition without blocks. */
  private static List<List<RowBlock>> partitions(List<Row> rows, int... cuts) {
    List<List<RowBlock>> partitions = new ArrayList<>();
    int from = 0;
    for (int to : cuts) {
      partitions.add(from == to ? List.of() : List.of(block(rows.subList(from, to))));
      from = to;
    }
    return partitions;
  }

  /** What training gives: the weights and what a listener saw. */
  private record Result(float[] weights, History history) {}

  private static Result train(
      Network network, List<List<RowBlock>> partitions, int batchSize, int epochs) {
    return train(network, partitions, batchSize, epochs, CROSS_ENTROPY, new Momentum(0.9), 0.05);
  }

  private static Result train(
      Network network,
      List<List<RowBlock>> partitions,
      int batchSize,
      int epochs,
      Loss loss,
      Optimizer optimizer,
      double stepSize) {
    long rows = partitions.stream().flatMap(List::stream).mapToLong(RowBlock::rows).sum();
    BatchPlan plan = new BatchPlan(rows, batchSize, 5);
    float[] weights = network.initialWeights(5);
    History history = new History();
    GradientSource source = new LocalGradientSource(network, new Recipe(plan, loss), partitions);
    Loops.train(network, plan, optimizer, stepSize, epochs, List.of(history), weights, source);
    return new Result(weights, history);
  }

  private static List<Progress> withoutTimes(List<Progress> figures) {
    return figures.stream()
        .map(
            each ->
                new Progress(
                    each.epoch(),
                    each.iteration(),
                    Math.round(each.loss() * 1e4) / 1e4,
                    Math.round(each.metric() * 1e4) / 1e4,
                    each.validationLoss(),
                    each.validationMetric(),
                    each.stepSize(),
                    0,
                    each.rows(),
                    0,
                    Times.NONE))
        .toList();
  }

  private static List<int[]> cuts() {
    return List.of(
        new int[] {20, ROWS},
        new int[] {0, ROWS},
        new int[] {1, 2, 2, 2, 30, ROWS, ROWS},
        IntStream.rangeClosed(1, ROWS).toArray());
  }

  /** Dropout must choose by row, not by place. */
  @Test
  void partitionsDoNotMatter() {
    Network network = network(HIDDEN, new Dropout(0.5), CLASSES);
    List<Row> rows = randomRows();
    Result whole = train(network, onePartition(rows), 8, 4);
    for (int[] cuts : cuts()) {
      Result parts = train(network, partitions(rows, cuts), 8, 4);
      assertArrayEquals(whole.weights, parts.weights, 1e-4f, Arrays.toString(cuts));
      assertEquals(
          withoutTimes(whole.history.iterations()), withoutTimes(parts.history.iterations()));
    }
  }

  @Test
  void movingStatisticsAreThoseOfTheWholeBatch() {
    Network network = network(new BatchNormalization(0.5, 1e-3), CLASSES);
    List<Row> rows = randomRows();
    float[] whole = train(network, onePartition(rows), 20, 3).weights;
    double mean = rows.stream().mapToDouble(Row::y).average().orElseThrow();
    assertEquals(mean, whole[network.trainableSize() + 1], 0.5);
    for (int[] cuts : List.of(new int[] {20, ROWS}, new int[] {20, 20, 40, ROWS})) {
      float[] parts = train(network, partitions(rows, cuts), 20, 3).weights;
      for (int i = network.trainableSize(); i < network.size(); i++) {
        assertEquals(whole[i], parts[i], 1e-4, Arrays.toString(cuts));
      }
    }
  }

  @Test
  void blocksWithinAPartitionDoNotMatter() {
    List<Row> rows = randomRows();
    List<RowBlock> blocks = partitions(rows, 1, 30, ROWS).stream().flatMap(List::stream).toList();
    Result one = train(PLAIN, onePartition(rows), 53, 2);
    assertArrayEquals(one.weights, train(PLAIN, List.of(blocks), 53, 2).weights, 1e-6f);
  }

  @Test
  void theSameSeedGivesTheSameWeightsToTheBit() {
    Network network = network(HIDDEN, new BatchNormalization(0.9, 1e-3), new Dropout(0.3), CLASSES);
    List<List<RowBlock>> partitions = partitions(randomRows(), 10, 11, ROWS);
    assertArrayEquals(
        train(network, partitions, 10, 3).weights, train(network, partitions, 10, 3).weights);
  }

  @Test
  void weightsOfRowsEqualRepeatedRows() {
    List<Row> weighted = new ArrayList<>();
    List<Row> repeated = new ArrayList<>();
    for (Row row : randomRows()) {
      int times = 1 + weighted.size() % 3;
      weighted.add(row.weighing(times));
      for (int i = 0; i < times; i++) {
        repeated.add(row.weighing(1));
      }
    }
    Result a = train(PLAIN, onePartition(weighted), 1000, 20);
    Result b = train(PLAIN, onePartition(repeated), 1000, 20);
    assertArrayEquals(b.weights, a.weights, 1e-5f);
    assertEquals(
        b.history.epochs().get(19).loss(), a.history.epochs().get(19).loss(), 1e-5, "mean loss");
  }

  @Test
  void rowsOfWeightZeroDoNotMatter() {
    List<Row> rows = randomRows();
    List<Row> more = new ArrayList<>(rows);
    more.add(7, new Row(100, -100, 1, 0));
    more.add(new Row(-50, 0, 0, 0));
    assertArrayEquals(
        train(PLAIN, onePartition(rows), 1000, 10).weights,
        train(PLAIN, onePartition(more), 1000, 10).weights,
        1e-5f);
  }

  @Test
  void onlyRowsOfWeightZeroLeaveTheWeightsAlone() {
    List<Row> none = randomRows().stream().map(row -> row.weighing(0)).toList();
    assertArrayEquals(PLAIN.initialWeights(5), train(PLAIN, onePartition(none), 10, 2).weights);
  }

  @Test
  void noEpochsLeaveTheWeightsAlone() {
    Result result = train(PLAIN, onePartition(randomRows()), 10, 0);
    assertArrayEquals(PLAIN.initialWeights(5), result.weights);
    assertTrue(result.history.epochs().isEmpty());
  }

  @Test
  void listenersSeeMeansOfEveryIterationAndEpoch() {
    List<Row> rows = randomRows();
    History history = train(PLAIN, onePartition(rows), 10, 2).history;
    assertEquals(2, history.epochs().size());
    assertEquals(12, history.iterations().size());
    for (Progress epoch : history.epochs()) {
      assertEquals(ROWS, epoch.rows());
      assertEquals(6, epoch.iteration());
      List<Progress> parts =
          history.iterations().stream().filter(each -> each.epoch() == epoch.epoch()).toList();
      assertEquals(List.of(1, 2, 3, 4, 5, 6), parts.stream().map(Progress::iteration).toList());
      assertEquals(ROWS, parts.stream().mapToLong(Progress::rows).sum());
    }
    Progress first = train(PLAIN, onePartition(rows), 1000, 1).history.epochs().get(0);
    assertEquals(Math.log(2), first.loss(), 2, "the mean loss of a first guess");
    assertTrue(first.metric() > 0 && first.metric() < 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void learnsExclusiveOr(int partitions) {
    List<Row> rows =
        List.of(new Row(0, 0, 0, 1), new Row(0, 1, 1, 1), new Row(1, 0, 1, 1), new Row(1, 1, 0, 1));
    int[] cuts = IntStream.rangeClosed(1, partitions).map(i -> i == partitions ? 4 : i).toArray();
    Result result = train(PLAIN, partitions(rows, cuts), 4, 200, CROSS_ENTROPY, new Adam(), 0.05);
    Progress last = result.history.epochs().get(199);
    assertEquals(1, last.metric());
    assertTrue(last.loss() < 0.01, last::toString);
  }

  @Test
  void learnsASpiral() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double radius = 0.1 + i / 200.0;
      double angle = 6 * radius + Math.PI * (i % 2);
      rows.add(
          new Row(
              (float) (2 * radius * Math.cos(angle)),
              (float) (2 * radius * Math.sin(angle)),
              i % 2,
              1));
    }
    Network network = network(HIDDEN, new BatchNormalization(0.9, 1e-3), HIDDEN, CLASSES);
    Result result = train(network, onePartition(rows), 50, 60, CROSS_ENTROPY, new Adam(), 0.02);
    Progress last = result.history.epochs().get(59);
    assertTrue(last.metric() >= 0.99, last::toString);
  }

  @Test
  void divergenceIsOneSentence() {
    Network regression = network(new Dense(1, ActivationFunction.LINEAR));
    String message =
        assertThrows(
                ArithmeticException.class,
                () ->
                    train(
                        regression,
                        onePartition(randomRows()),
                        10,
                        100,
                        new Regression.Squared(),
                        new Momentum(0),
                        1e6))
            .getMessage();
    assertTrue(
        message.matches(
            "the (loss|norm of the gradient) became (NaN|Infinity|[0-9.E]+) in iteration \\d+ of epoch \\d+"
                + "( \\(the output of layer '.*' is not finite in .*\\))?: lower stepSize.*"),
        message);
    assertFalse(message.contains("\n"));
  }
}
