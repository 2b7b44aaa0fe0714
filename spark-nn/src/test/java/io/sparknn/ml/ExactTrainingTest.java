package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sparknn.graph.Network.Slot;
import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.spark.LocalSpark;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Training is exact: the partitions do not matter beyond rounding, and nothing is left to chance.
 */
class ExactTrainingTest {

  private static final List<Row> ROWS = clouds(45, 3);
  private static final float ROUNDING = 2e-5f;

  private static Dataset<Row> rows(int... sizes) {
    return partitioned(LABELED, ROWS, sizes);
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier()
        .setMaxIter(3)
        .setBatchSize(20)
        .setSolver("sgd")
        .setStepSize(0.1)
        .setSeed(11);
  }

  private static NetworkModel<?> fit(Dataset<Row> rows, PipelineStage... stages) {
    PipelineModel model = new Pipeline().setStages(stages).fit(rows);
    return (NetworkModel<?>) model.stages()[stages.length - 1];
  }

  /** Trains a network with dropout. */
  private static float[] weights(Dataset<Row> rows, NeuralNetworkClassifier head) {
    return fit(
            rows, new Dense().setUnits(5).setActivation("tanh"), new Dropout().setRate(0.3), head)
        .files()
        .weights();
  }

  static int[][] partitionings() {
    return new int[][] {
      {22, 23}, {0, 45}, {45, 0}, {10, 0, 20, 1, 0, 0, 14}, {1, 2, 3, 4, 5, 6, 24}
    };
  }

  @ParameterizedTest
  @MethodSource("partitionings")
  void anyPartitioningGivesTheWeightsOfOnePartition(int[] sizes) {
    assertArrayEquals(weights(rows(45), head()), weights(rows(sizes), head()), ROUNDING);
  }

  @Test
  void anySolverIsExact() {
    NeuralNetworkClassifier adam = head().setSolver("adam").setStepSize(0.01);
    assertArrayEquals(weights(rows(45), adam), weights(rows(9, 30, 6), adam), 1e-4f);
  }

  @Test
  void moreRowsInABatchThanThereAreIsOneBatch() {
    assertArrayEquals(
        weights(rows(45), head().setBatchSize(45)),
        weights(rows(20, 25), head().setBatchSize(999)),
        ROUNDING);
  }

  @Test
  void theSameSeedGivesTheSameBits() {
    Dataset<Row> rows = rows(10, 0, 20, 1, 0, 0, 14);
    for (int run = 0; run < 3; run++) {
      assertArrayEquals(weights(rows, head()), weights(rows, head()), 0);
    }
    assertFalse(Arrays.equals(weights(rows, head()), weights(rows, head().setSeed(12))));
  }

  @Test
  void everyModeOfAggregationGivesTheSameBits() {
    for (int[] sizes : new int[][] {{45}, {22, 23}, {45, 0}}) {
      assertArrayEquals(
          weights(rows(sizes), head().setAggregationMode("jobs")),
          weights(rows(sizes), head().setAggregationMode("barrier")),
          0);
    }
  }

  @Test
  void everyModeAveragesLocalStepsToTheSameBits() {
    for (int[] sizes : new int[][] {{45}, {22, 23}, {45, 0}}) {
      NeuralNetworkClassifier head = head().setSolver("adam").setLocalSteps(2);
      assertArrayEquals(
          weights(rows(sizes), head.setAggregationMode("jobs")),
          weights(rows(sizes), head.setAggregationMode("barrier")),
          0);
    }
  }

  @Test
  void localStepsUpdateStatisticsToo() {
    PipelineStage[] stages = {new Dense().setUnits(5), new BatchNormalization(), head()};
    float[] common = fit(rows(45), stages).files().weights();
    stages[2] = head().setLocalSteps(2);
    assertArrayEquals(common, fit(rows(45), stages).files().weights(), ROUNDING);
  }

  @Test
  void partsOfABatchGiveTheWeightsOfTheWhole() {
    float[] whole = weights(rows(22, 23), head());
    assertArrayEquals(whole, weights(rows(22, 23), head().setMicroBatchSize(3)), ROUNDING);
    assertArrayEquals(whole, weights(rows(22, 23), head().setMicroBatchSize(1)), ROUNDING);
  }

  @Test
  void rowsOnDiskGiveTheSameBits() {
    for (String mode : new String[] {"jobs", "barrier"}) {
      NeuralNetworkClassifier head = head().setAggregationMode(mode);
      float[] expected = weights(rows(22, 23), head);
      for (String level : new String[] {"DISK_ONLY", "MEMORY_AND_DISK_SER"}) {
        NeuralNetworkClassifier spilled = head().setAggregationMode(mode);
        spilled.setIntermediateStorageLevel(level);
        assertArrayEquals(expected, weights(rows(22, 23), spilled), 0);
      }
    }
  }

  @Test
  void everyDepthOfTheTreeGivesTheSameBits() {
    int[] sizes = {6, 6, 6, 6, 6, 6, 6, 3};
    float[] flat = weights(rows(sizes), head().setAggregationDepth(1));
    assertArrayEquals(flat, weights(rows(sizes), head().setAggregationDepth(2)), 0);
    assertArrayEquals(flat, weights(rows(sizes), head().setAggregationDepth(3)), 0);
  }

  @Test
  void partitionsBeyondTheSlotsAreMergedInOrder() {
    int[] sizes = IntStream.range(0, 2 * LocalSpark.SLOTS + 6).map(i -> i < 22 ? 2 : 1).toArray();
    sizes[sizes.length - 1] += 45 - IntStream.of(sizes).sum();
    float[] expected = weights(rows(45), head());
    assertArrayEquals(expected, weights(rows(sizes), head()), ROUNDING);
    Dataset<Row> cached = rows(sizes).cache();
    cached.count();
    assertArrayEquals(expected, weights(cached, head()), ROUNDING);
    cached.unpersist();
  }

  /** Heavy rows fill several blocks; those that come from the driver are shuffled off it. */
  @Test
  void heavyRowsOfTheDriverStayInTheirOrder() {
    List<Integer> ids = IntStream.range(0, 9).boxed().toList();
    JavaRDD<Row> made =
        JavaSparkContext.fromSparkContext(spark().sparkContext())
            .parallelize(ids, 1)
            .map(ExactTrainingTest::heavy);
    List<Row> rows = ids.stream().map(ExactTrainingTest::heavy).toList();
    NeuralNetworkClassifier head = head().setBatchSize(2).setMaxIter(1);
    assertArrayEquals(
        head.fit(spark().createDataFrame(made, LABELED)).files().weights(),
        head.fit(partitioned(LABELED, rows, 9)).files().weights(),
        0);
  }

  private static Row heavy(int id) {
    double[] values = new double[300_000];
    Arrays.fill(values, Math.sin(id) / values.length);
    return labeled(id % 2, values);
  }

  /**
   * Each replica normalises by its own rows' moments, so deeper weights differ; but the moving
   * statistics of what the first layer reads are those of the whole batches. These are all rows
   * here: which of them are a batch depends on the partitions, between which they are shuffled.
   */
  @Test
  void movingStatisticsAreThoseOfTheWholeBatches() {
    float[] expected = statistics(rows(45));
    for (int[] sizes : partitionings()) {
      assertArrayEquals(expected, statistics(rows(sizes)), ROUNDING, Arrays.toString(sizes));
    }
  }

  private static float[] statistics(Dataset<Row> rows) {
    NetworkModel<?> model =
        fit(rows, new BatchNormalization().setMomentum(0.5), head().setBatchSize(45));
    List<Slot> statistics =
        model.network().slots().stream().filter(slot -> !slot.weight().isTrainable()).toList();
    int from = statistics.get(0).offset();
    assertFalse(statistics.isEmpty());
    return Arrays.copyOfRange(model.files().weights(), from, model.numWeights());
  }
}
