package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Network.Slot;
import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Dense;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Batch normalisation across the replicas of a cluster. */
class SynchronizedNormalizationTest {

  private static final List<Row> ROWS = clouds(45, 3);
  private static final float ROUNDING = 5e-5f;

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

  private static NetworkModel<?> fit(
      Dataset<Row> rows, boolean acrossReplicas, NeuralNetworkClassifier head) {
    PipelineStage[] stages = {
      new BatchNormalization().setMomentum(0.5).setSynchronized(acrossReplicas),
      new Dense().setUnits(5),
      new BatchNormalization().setMomentum(0.5).setSynchronized(acrossReplicas),
      new Dense().setUnits(4).setActivation("relu"),
      head
    };
    return (NetworkModel<?>) new Pipeline().setStages(stages).fit(rows).stages()[4];
  }

  private static float[] weights(Dataset<Row> rows, NeuralNetworkClassifier head) {
    return fit(rows, true, head).files().weights();
  }

  /** Of the input, which are a part of no other layer's rounding. */
  private static float[] statistics(NetworkModel<?> model) {
    Slot mean =
        model.network().slots().stream()
            .filter(slot -> slot.name().equals("batchnormalization/moving_mean"))
            .findFirst()
            .orElseThrow();
    return Arrays.copyOfRange(model.files().weights(), mean.offset(), mean.offset() + 8);
  }

  static int[][] partitionings() {
    return new int[][] {{22, 23}, {0, 45}, {10, 0, 20, 1, 0, 0, 14}};
  }

  @ParameterizedTest
  @MethodSource("partitionings")
  void anyPartitionsTrainAsOne(int[] sizes) {
    NetworkModel<?> one = fit(rows(45), true, head());
    NetworkModel<?> many = fit(rows(sizes), true, head());
    assertArrayEquals(
        fit(rows(45), false, head()).files().weights(), one.files().weights(), ROUNDING);
    assertArrayEquals(one.files().weights(), many.files().weights(), ROUNDING);
    assertArrayEquals(statistics(one), statistics(many), 0);
  }

  @Test
  void everyModeGivesTheSameBits() {
    for (int[] sizes : new int[][] {{45}, {22, 23}, {45, 0}}) {
      assertArrayEquals(
          weights(rows(sizes), head().setAggregationMode("jobs")),
          weights(rows(sizes), head().setAggregationMode("barrier")),
          0);
    }
  }

  @Test
  void partsOfAShareTrainAsTheWhole() {
    float[] expected = weights(rows(22, 23), head());
    for (String mode : new String[] {"jobs", "barrier"}) {
      NeuralNetworkClassifier head = head().setMicroBatchSize(6).setAggregationMode(mode);
      assertArrayEquals(expected, weights(rows(22, 23), head), ROUNDING);
    }
  }

  @Test
  void batchesSmallerThanThePartitionsLeaveSomeWithoutRows() {
    NeuralNetworkClassifier head = head().setBatchSize(2).setMaxIter(1);
    assertArrayEquals(
        weights(rows(45), head), weights(rows(10, 0, 20, 1, 0, 0, 14), head), ROUNDING);
    assertArrayEquals(
        weights(rows(2, 43), head.setAggregationMode("jobs")),
        weights(rows(2, 43), head.setAggregationMode("barrier")),
        0);
  }

  @Test
  void localStepsAreRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> fit(rows(22, 23), true, head().setLocalSteps(2)))
            .getMessage();
    assertTrue(message.contains("layer 'batchnormalization' is synchronized"), message);
    assertEquals(1, message.lines().count());
  }
}
