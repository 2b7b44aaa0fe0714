package io.sparknn.spark;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.layer.core.Dense;
import io.sparknn.loss.Regression;
import io.sparknn.tensor.Shape;
import io.sparknn.training.Assignment;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.GradientSum;
import io.sparknn.training.Recipe;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Partitions that Spark computes again are compared with what was packed. */
class InventoryTest {

  private static final int ROWS = 20;
  private static final StructType SCHEMA =
      new StructType().add("x", DataTypes.DoubleType).add("y", DataTypes.DoubleType);

  /** What the second partition holds from now on. */
  private static volatile String second;

  private static Dataset<Row> rows() {
    second = "as before";
    return spark()
        .createDataFrame(
            JavaSparkContext.fromSparkContext(spark().sparkContext())
                .parallelize(List.of(0, 1), 2)
                .flatMap(partition -> partition(partition).iterator()),
            SCHEMA);
  }

  private static List<Row> partition(int partition) {
    String kind = partition == 1 ? second : "as before";
    int count = kind.equals("fewer") ? ROWS - 3 : kind.equals("more") ? ROWS + 5 : ROWS;
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double x = partition * ROWS + i + (kind.equals("other") ? 0.25 : 0);
      rows.add(RowFactory.create(kind.equals("bad") ? null : (Double) x, 0.1 * x));
    }
    return rows;
  }

  private static TrainingData pack(Dataset<Row> rows) {
    Shape one = Shape.of(1);
    ValueReader x = new ValueReader("x", DataTypes.DoubleType);
    ValueReader y = new ValueReader("y", DataTypes.DoubleType);
    return new TrainingData(
        rows, new Packer(List.of(x), List.of(one), y, one, null), StorageLevel.MEMORY_ONLY());
  }

  private static void lose(TrainingData data) {
    SparkEnv.get().blockManager().removeBlock(new RDDBlockId(data.packed().id(), 1), true);
  }

  private static final class Trial implements AutoCloseable {
    final TrainingData data = pack(rows());
    final TrainingData kept = pack(rows());
    final Network network =
        new Network(
            Graph.input("x", Shape.of(1)).then("d", new Dense(1, ActivationFunction.LINEAR)),
            List.of(Shape.of(1)));
    final float[] weights = network.initialWeights(1);
    final RddGradientSource source;

    Trial(AggregationMode mode) {
      source =
          new RddGradientSource(
              data,
              kept,
              network,
              new Recipe(new BatchPlan(data.rows(), 16, 7), new Regression.Squared()),
              mode,
              0,
              GradientPrecision.FLOAT32);
    }

    GradientSum gradient() {
      return source.compute(Assignment.gradient(weights, 0, 0));
    }

    GradientSum validation() {
      return source.compute(Assignment.validation(weights));
    }

    @Override
    public void close() {
      source.close();
      data.close();
      kept.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "JOBS, fewer, has 17 now",
    "JOBS, more, has 25 now",
    "JOBS, other, has as many with other values now",
    "JOBS, bad, cannot be packed again (",
    "BARRIER, fewer, has 17 now",
    "BARRIER, more, has 25 now",
    "BARRIER, other, has as many with other values now"
  })
  void otherRowsAreRefused(AggregationMode mode, String kind, String found) {
    try (Trial trial = new Trial(mode)) {
      trial.gradient();
      second = kind;
      lose(trial.data);
      assertSentence(
          assertThrows(IllegalArgumentException.class, trial::gradient),
          "the rows to train on",
          found);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = AggregationMode.class,
      names = {"JOBS", "BARRIER"})
  void otherRowsKeptForValidationAreRefused(AggregationMode mode) {
    try (Trial trial = new Trial(mode)) {
      trial.validation();
      second = "other";
      lose(trial.kept);
      assertSentence(
          assertThrows(IllegalArgumentException.class, trial::validation),
          "the rows kept for validation",
          "has as many with other values now");
    }
  }

  private static void assertSentence(IllegalArgumentException e, String what, String found) {
    String message = e.getMessage();
    assertTrue(
        message.startsWith("partition 1 of " + what + " had 20 rows when they were packed, and "),
        message);
    assertTrue(message.contains(found), message);
    assertTrue(message.contains("write or checkpoint the input first"), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void otherRowsAreFoundBeforeADiagnosis() {
    try (Trial trial = new Trial(AggregationMode.JOBS)) {
      second = "fewer";
      lose(trial.data);
      assertThrows(
          IllegalArgumentException.class, () -> trial.source.diagnose(trial.weights, 0, 0));
    }
  }

  /** A copy of a partition that Spark computed twice, as speculation does, need not be the same. */
  @ParameterizedTest
  @CsvSource({"JOBS, fewer", "JOBS, more", "BARRIER, fewer", "BARRIER, more"})
  void aBlockWithOtherRowsIsRefused(AggregationMode mode, String kind) {
    try (Trial trial = new Trial(mode)) {
      second = kind;
      lose(trial.data);
      trial.data.packed().count();
      assertThrows(IllegalArgumentException.class, trial::gradient);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = AggregationMode.class,
      names = {"JOBS", "BARRIER"})
  void theSameRowsAreTrainedOnAgain(AggregationMode mode) {
    try (Trial trial = new Trial(mode)) {
      float[] expected = trial.gradient().gradient().dense().clone();
      lose(trial.data);
      lose(trial.kept);
      assertArrayEquals(expected, trial.gradient().gradient().dense());
      assertEquals(2 * ROWS, trial.validation().rows());
    }
  }

  @Test
  void theDigestDependsOnTheRowsAlone() {
    Dataset<Row> rows = rows();
    try (TrainingData two = pack(rows);
        TrainingData one = pack(rows.coalesce(1));
        TrainingData mixed = pack(rows.repartition(3))) {
      assertEquals(two.digest(), one.digest());
      assertEquals(two.digest(), mixed.digest());
      second = "other";
      try (TrainingData other = pack(rows)) {
        assertNotEquals(two.digest(), other.digest());
      }
    }
  }

  @Test
  void theDigestCoversInputsLabelsWeightsAndLengths() {
    float[] x = {1, 2, 3, 4};
    long digest = digest(Values.even(2, x), 1, 1);
    assertNotEquals(digest, digest(Values.even(2, new float[] {2, 1, 3, 4}), 1, 1));
    assertNotEquals(digest, digest(Values.even(2, x), 2, 1));
    assertNotEquals(digest, digest(Values.even(2, x), 1, 2));
    assertNotEquals(digest, digest(new Values(2, x, new int[] {1, 4}), 1, 1));
    assertEquals(digest, digest(new Values(2, x, new int[] {2, 4}), 1, 1));
    assertEquals(digest, digest(Values.even(2, new float[] {3, 4, 1, 2}), 1, 1));
  }

  private static long digest(Values x, float label, float weight) {
    float[] labels = {label, label};
    return new RowBlock(2, new Values[] {x}, Values.even(2, labels), new float[] {weight, weight})
        .digest();
  }

  @Test
  void thePlanKnowsHowManyRowsAnIterationHas() {
    for (int rows = 1; rows < 40; rows++) {
      for (int batchSize : new int[] {1, 3, 7, 50}) {
        BatchPlan plan = new BatchPlan(rows, batchSize, 5);
        for (int i = 0; i < plan.iterations(); i++) {
          assertEquals(plan.count(2, i, 0, rows), plan.count(2, i));
        }
      }
    }
  }
}
