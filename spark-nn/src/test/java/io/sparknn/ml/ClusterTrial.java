package io.sparknn.ml;

import io.sparknn.ml.layer.BatchNormalization;
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
  private static final int EPOCHS = 12;
  static final long SEED = 4;
  static final int EPOCH_ITERATIONS = 40;
  private static final int BATCH = 100;
  private static final int ROWS = EPOCH_ITERATIONS * BATCH;
  private static final int FEATURES = 60;

  private ClusterTrial() {}

  /** Entry point of the driver's process. */
  public static void main(String[] args) throws Exception {
    SparkSession spark = SparkSession.builder().getOrCreate();
    try {
      NeuralNetworkClassifier chain = head("barrier").setAggregationDepth(2);
      ChildJvm.print("barrier, a chain of executors", checksum(train(rows(spark), chain)));
      double loss = lastLoss(train(spark, "barrier"));
      for (String mode : List.of("barrier", "jobs")) {
        NeuralNetworkClassifier rounded = head(mode).setGradientPrecision("bfloat16");
        double ratio = lastLoss(train(rows(spark), rounded)) / loss;
        ChildJvm.print(
            mode + ", rounded, loses nothing", ratio != 1 && Math.abs(ratio - 1) < 0.02 ? 1 : 0);
        ChildJvm.print(mode, checksum(train(spark, mode)));
        CompletableFuture<Boolean> killed = CompletableFuture.supplyAsync(() -> kill(2500));
        ChildJvm.print(mode + " with a kill", checksum(train(spark, mode)));
        ChildJvm.print(mode + " kills", killed.get() ? 1 : 0);
        ChildJvm.print(mode + ", normalised", checksum(normalized(spark, mode)));
        killed = CompletableFuture.supplyAsync(() -> kill(1500));
        ChildJvm.print(mode + ", normalised, with a kill", checksum(normalized(spark, mode)));
        ChildJvm.print(mode + ", normalised, kills", killed.get() ? 1 : 0);
      }
    } finally {
      spark.stop();
    }
  }

  /** Kills a child, all of which are executors, after a while. */
  static boolean kill(long delayMillis) {
    try {
      Thread.sleep(delayMillis);
    } catch (InterruptedException e) {
      return false;
    }
    return ProcessHandle.current()
        .descendants()
        .findFirst()
        .map(ProcessHandle::destroyForcibly)
        .orElse(false);
  }

  static NeuralNetworkClassificationModel train(SparkSession spark, String mode) {
    return train(rows(spark), head(mode));
  }

  private static NeuralNetworkClassifier head(String mode) {
    return head(EPOCHS).setAggregationMode(mode);
  }

  /** The last stage: epochs of {@value #EPOCH_ITERATIONS} iterations. */
  static NeuralNetworkClassifier head(int epochs) {
    return new NeuralNetworkClassifier().setBatchSize(BATCH).setMaxIter(epochs).setSeed(SEED);
  }

  static NeuralNetworkClassificationModel train(Dataset<Row> rows, NeuralNetworkClassifier head) {
    PipelineStage[] stages = {
      new Dense().setUnits(80).setActivation("relu"), new Dropout().setRate(0.2), head
    };
    return (NeuralNetworkClassificationModel)
        new Pipeline().setStages(stages).fit(rows).stages()[2];
  }

  /** Trains on rows that are shuffled first, and with sums over all replicas within a pass. */
  static NeuralNetworkClassificationModel normalized(SparkSession spark, String mode) {
    PipelineStage[] stages = {
      new Dense().setUnits(20),
      new BatchNormalization(),
      new Dense().setUnits(20).setActivation("relu"),
      new BatchNormalization().setSynchronized(true),
      head(EPOCHS / 6).setAggregationMode(mode)
    };
    return (NeuralNetworkClassificationModel)
        new Pipeline().setStages(stages).fit(rows(spark)).stages()[4];
  }

  private static double lastLoss(NeuralNetworkClassificationModel model) {
    double[] losses = model.summary().objectiveHistory();
    return losses[losses.length - 1];
  }

  /** Sums up all bits of the weights and of the losses. */
  static int checksum(NeuralNetworkClassificationModel model) {
    double[] losses = model.summary().epochs().stream().mapToDouble(Progress::loss).toArray();
    return 31 * Arrays.hashCode(model.files().weights()) + Arrays.hashCode(losses);
  }

  static Dataset<Row> rows(SparkSession spark) {
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
