package io.sparknn.ml;

import java.util.Arrays;
import org.apache.spark.sql.SparkSession;

/** Trains on a cluster of processes with checkpoints in a folder, and keeps the model there too. */
public final class StorageTrial {

  static final int EPOCHS = 6;

  /** As a rule no epoch ends at a checkpoint. */
  static final int INTERVAL = 11;

  private StorageTrial() {}

  /** Entry point of the driver's process: the folder. */
  public static void main(String[] args) throws Exception {
    String folder = args[0];
    SparkSession spark = SparkSession.builder().getOrCreate();
    try {
      NeuralNetworkClassifier head =
          ClusterTrial.head(EPOCHS)
              .setCheckpointDir(folder + "/checkpoints")
              .setCheckpointInterval(INTERVAL)
              .setResume(true);
      NeuralNetworkClassificationModel model = ClusterTrial.train(ClusterTrial.rows(spark), head);
      ChildJvm.print("iterations", model.summary().iterations().size());
      model.write().overwrite().save(folder + "/model");
      ChildJvm.print("trained", ClusterTrial.checksum(model));
      NeuralNetworkClassificationModel loaded =
          NeuralNetworkClassificationModel.load(folder + "/model");
      ChildJvm.print("loaded", Arrays.hashCode(loaded.files().weights()));
    } finally {
      spark.stop();
    }
  }
}
