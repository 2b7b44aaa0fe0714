package io.sparknn.ml;

import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.training.Progress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Trains on a cluster of processes, of which some are killed, and prints a checksum of the weights
 * for each mode.
 */
public final class ClusterTrial {

  static final int PARTITIONS = 2;
  private static final int ROWS = 4000;
  private static final int FEATURES = 60;

  private ClusterTrial() {}

  /** Entry point of the driver's process. */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().getOrCreate();
    try {
      print("barrier, a chain of executors", checksum(spark, "barrier", 2));
      double loss = lastLoss(fit(spark, head("barrier")));
      for (String mode : List.of("barrier", "jobs")) {
        NeuralNetworkClassifier rounded = head(mode).setGradientPrecision("bfloat16");
        double ratio = lastLoss(fit(spark, rounded)) / loss;
        print(mode + ", rounded, loses nothing", ratio != 1 && Math.abs(ratio - 1) < 0.02 ? 1 : 0);
        print(mode, checksum(spark, mode));
        CompletableFuture<Boolean> killed = CompletableFuture.supplyAsync(ClusterTrial::kill);
        print(mode + " with a kill", checksum(spark, mode));
        print(mode + " kills", killed.get() ? 1 : 0);
      }
    } finally {
      spark.stop();
    }
  }

  private static void print(String name, int value) {
    System.out.println("trial: " + name + " " + value);
  }

  /** Kills a child, all of which are executors, while training goes on. */
  private static boolean kill() {
    try {
      Thread.sleep(2500);
    } catch (InterruptedException e) {
      return false;
    }
    return ProcessHandle.current()
        .descendants()
        .findFirst()
        .map(ProcessHandle::destroyForcibly)
        .orElse(false);
  }

  static int checksum(SparkSession spark, String mode) {
    return checksum(spark, mode, 1);
  }

  private static NeuralNetworkClassifier head(String mode) {
    return new NeuralNetworkClassifier()
        .setBatchSize(100)
        .setMaxIter(12)
        .setSeed(4)
        .setAggregationMode(mode);
  }

  private static NeuralNetworkClassificationModel fit(
      SparkSession spark, NeuralNetworkClassifier head) {
    PipelineStage[] stages = {
      new Dense().setUnits(80).setActivation("relu"), new Dropout().setRate(0.2), head
    };
    return (NeuralNetworkClassificationModel)
        new Pipeline().setStages(stages).fit(rows(spark)).stages()[2];
  }

  private static double lastLoss(NeuralNetworkClassificationModel model) {
    double[] losses = model.summary().objectiveHistory();
    return losses[losses.length - 1];
  }

  /** Trains, and sums up all bits of the weights and of the losses. */
  private static int checksum(SparkSession spark, String mode, int depth) {
    NeuralNetworkClassificationModel model = fit(spark, head(mode).setAggregationDepth(depth));
    double[] losses = model.summary().epochs().stream().mapToDouble(Progress::loss).toArray();
    return 31 * Arrays.hashCode(model.files().weights()) + Arrays.hashCode(losses);
  }

  private static Dataset<Row> rows(SparkSession spark) {
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(IntStream.range(0, ROWS).boxed().toList(), PARTITIONS)
            .map(ClusterTrial::row),
        new StructType()
            .add("features", DataTypes.createArrayType(DataTypes.DoubleType, false))
            .add("label", DataTypes.IntegerType));
  }

  private static Row row(int id) {
    Random random = new Random(id);
    Double[] values = new Double[FEATURES];
    Arrays.setAll(values, i -> random.nextGaussian() + (i == id % 5 ? 2 : 0));
    return RowFactory.create(values, id % 5);
  }
}
