package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Dense;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that lie sorted train as well as mixed ones where it matters which lie together. */
class RowShuffleTest {

  private static final int ROWS = 1200;

  /** Four classes around the corners of a square, which overlap. */
  private static List<Row> rows(int seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int label = random.nextInt(4);
      rows.add(
          labeled(
              label,
              2 * (label % 2) + 0.5 * random.nextGaussian(),
              2 * (label / 2) + 0.5 * random.nextGaussian()));
    }
    return rows;
  }

  private static List<Row> sorted() {
    List<Row> sorted = new ArrayList<>(rows(1));
    sorted.sort(Comparator.comparingDouble(row -> row.getDouble(1)));
    return sorted;
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier()
        .setMaxIter(8)
        .setBatchSize(32)
        .setStepSize(0.02)
        .setSeed(3);
  }

  private static NetworkModel<?> last(PipelineModel model) {
    return (NetworkModel<?>) model.stages()[model.stages().length - 1];
  }

  private static PipelineModel fit(
      Dataset<Row> rows, NeuralNetworkClassifier head, boolean normalizes) {
    Stream<PipelineStage> stages =
        normalizes
            ? Stream.of(
                new Dense().setUnits(16),
                new BatchNormalization().setMomentum(0.8),
                new Dense().setUnits(8).setActivation("relu"),
                head)
            : Stream.of(new Dense().setUnits(16).setActivation("tanh"), head);
    return new Pipeline().setStages(stages.toArray(PipelineStage[]::new)).fit(rows);
  }

  private static double accuracy(PipelineModel model) {
    return new MulticlassClassificationEvaluator()
        .setMetricName("accuracy")
        .evaluate(model.transform(partitioned(LABELED, rows(2), ROWS)));
  }

  @Test
  void sortedRowsNormaliseAsMixedOnes() {
    double mixed = accuracy(fit(partitioned(LABELED, rows(1), ROWS / 2, ROWS / 2), head(), true));
    double sorted = accuracy(fit(partitioned(LABELED, sorted(), ROWS / 2, ROWS / 2), head(), true));
    assertEquals(mixed, sorted, 0.02);
    assertTrue(mixed > 0.9, () -> "accuracy " + mixed);
    double alone =
        without(
            () -> accuracy(fit(partitioned(LABELED, sorted(), ROWS / 2, ROWS / 2), head(), true)));
    assertTrue(alone < mixed - 0.1, () -> "accuracy of rows where they are " + alone);
  }

  @Test
  void partsOfABatchOfOnePartitionAreMixed() {
    double whole = accuracy(fit(partitioned(LABELED, sorted(), ROWS), head(), true));
    double parts =
        accuracy(fit(partitioned(LABELED, sorted(), ROWS), head().setMicroBatchSize(8), true));
    assertEquals(whole, parts, 0.02);
  }

  @Test
  void replicasOfSortedRowsMakeLocalStepsAsThoseOfMixedOnes() {
    NeuralNetworkClassifier head = head().setLocalSteps(8);
    double mixed = accuracy(fit(partitioned(LABELED, rows(1), ROWS / 2, ROWS / 2), head, false));
    double sorted = accuracy(fit(partitioned(LABELED, sorted(), ROWS / 2, ROWS / 2), head, false));
    assertEquals(mixed, sorted, 0.02);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs", "barrier"})
  void theSameRowsGiveTheSameBits(String mode) {
    NeuralNetworkClassifier head = head().setMaxIter(1).setAggregationMode(mode);
    Dataset<Row> rows = partitioned(LABELED, sorted(), ROWS / 4, ROWS / 4, ROWS / 2);
    assertArrayEquals(weights(rows, head), weights(rows, head), 0);
  }

  /** Behind a shuffle rows come in any order, but each partition has the same. */
  @Test
  void rowsInAnotherOrderWithinTheirPartitionsGiveTheSameBits() {
    Dataset<Row> rows = partitioned(LABELED, sorted(), ROWS / 2, ROWS / 2);
    Dataset<Row> there = rows.repartition(3, rows.col("label"));
    Dataset<Row> back =
        rows.orderBy(org.apache.spark.sql.functions.rand(5)).repartition(3, rows.col("label"));
    NeuralNetworkClassifier head = head().setMaxIter(1);
    assertArrayEquals(weights(there, head), weights(back, head), 0);
  }

  private static float[] weights(Dataset<Row> rows, NeuralNetworkClassifier head) {
    return last(fit(rows, head, true)).files().weights();
  }

  @Test
  void rowsOfOnePartitionStayWhereTheyAre() {
    NeuralNetworkClassifier head = head().setMaxIter(1);
    float[] mixed = weights(partitioned(LABELED, rows(1), ROWS), head);
    assertArrayEquals(mixed, without(() -> weights(partitioned(LABELED, rows(1), ROWS), head)), 0);
  }

  @Test
  void leftWhereTheyAreSortedRowsAreReported() {
    Dataset<Row> rows = partitioned(LABELED, sorted(), ROWS / 2, ROWS / 2);
    NetworkModel<?> model = without(() -> last(fit(rows, head().setMaxIter(1), true)));
    List<String> found =
        model.summary().findings().stream()
            .filter(text -> text.startsWith("labels differ strongly"))
            .toList();
    assertEquals(1, found.size(), () -> model.summary().findings().toString());
    assertTrue(found.get(0).contains("layer 'batchnormalization' normalises by the rows"));
    assertTrue(found.get(0).contains("spark.nn.shuffle"));
    Dataset<Row> mixed = partitioned(LABELED, rows(1), ROWS / 2, ROWS / 2);
    assertEquals(
        List.of(),
        without(() -> last(fit(mixed, head().setMaxIter(1), true))).summary().findings());
    assertEquals(List.of(), last(fit(rows, head().setMaxIter(1), true)).summary().findings());
    assertEquals(List.of(), last(fit(rows, head().setMaxIter(1), false)).summary().findings());
  }

  @Test
  void theSettingIsTrueOrFalse() {
    spark().conf().set(RowOrder.CONF, "no");
    try {
      Dataset<Row> rows = partitioned(LABELED, sorted(), ROWS / 2, ROWS / 2);
      String message =
          assertThrows(IllegalArgumentException.class, () -> fit(rows, head(), true)).getMessage();
      assertTrue(message.contains("spark.nn.shuffle must be true or false; received 'no'"));
    } finally {
      spark().conf().unset(RowOrder.CONF);
    }
  }

  private interface Work<T> {
    T run();
  }

  private static <T> T without(Work<T> work) {
    spark().conf().set(RowOrder.CONF, "false");
    try {
      return work.run();
    } finally {
      spark().conf().unset(RowOrder.CONF);
    }
  }

  @Test
  void partitionsAreEvenAndKeepEveryRow() {
    Dataset<Row> rows = partitioned(LABELED, sorted(), 7, 0, 500, 693);
    NetworkModel<?> model = last(fit(rows, head().setMaxIter(1), true));
    assertFalse(
        model.summary().findings().stream().anyMatch(text -> text.contains("partitions have")),
        () -> model.summary().findings().toString());
    assertEquals(ROWS, model.summary().iterations().stream().mapToLong(each -> each.rows()).sum());
  }
}
