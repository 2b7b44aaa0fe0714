package io.sparknn.ml;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Trains in each mode, and scores, with weights that tell the modes apart. */
public final class WireTrial {

  static final List<String> MODES = List.of("barrier", "jobs");
  static final int EPOCHS = 2;

  private WireTrial() {}

  /** Entry point of the driver's process. */
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    try {
      Dataset<Row> rows = ClusterTrial.rows(spark);
      for (String mode : MODES) {
        NeuralNetworkClassificationModel model = ClusterTrial.train(rows, head(mode, EPOCHS));
        ChildJvm.print(mode, ClusterTrial.checksum(model));
        model.transform(rows).select("prediction").collectAsList();
      }
    } finally {
      spark.stop();
    }
  }

  static NeuralNetworkClassifier head(String mode, int epochs) {
    return ClusterTrial.head(epochs).setAggregationMode(mode).setSeed(MODES.indexOf(mode));
  }
}
