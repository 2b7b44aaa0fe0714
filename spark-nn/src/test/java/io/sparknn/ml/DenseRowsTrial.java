package io.sparknn.ml;

import io.sparknn.ml.layer.Dense;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/**
 * Dense rows of 4 KB, more than Spark's storage memory holds. The full trial, by hand, is with
 * {@code -Xmx2g} and the arguments {@code 300000 2}: 1,172 MB, which the default collector, whose
 * regions have 1 MB, must bear.
 */
public final class DenseRowsTrial {
  private static final int WIDTH = 1024;

  private DenseRowsTrial() {}

  private static Row row(long id) {
    SplittableRandom random = new SplittableRandom(id);
    double[] values = new double[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      values[i] = random.nextInt(100) + (id % 2 == 0 ? 1 : 2);
    }
    return RowFactory.create(Vectors.dense(values), (double) (id % 2));
  }

  /** Entry point: the number of rows, and of epochs. */
  public static void main(String[] args) {
    SparkSession spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
    try {
      long count = Long.parseLong(args[0]);
      Dataset<Row> rows =
          spark.createDataFrame(
              JavaSparkContext.fromSparkContext(spark.sparkContext())
                  .parallelize(List.of(0, 1), 2)
                  .flatMap(
                      part ->
                          LongStream.range(part * count / 2, (part + 1) * count / 2)
                              .mapToObj(DenseRowsTrial::row)
                              .iterator()),
              Tables.LABELED);
      PipelineModel model =
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    new Dense().setUnits(16).setActivation("relu"),
                    new NeuralNetworkClassifier().setMaxIter(Integer.parseInt(args[1]))
                  })
              .fit(rows);
      TrainingSummary summary = ((NeuralNetworkClassificationModel) model.stages()[1]).summary();
      ChildJvm.print("iterations", summary.iterations().size());
      ChildJvm.print("findings", String.valueOf(summary.findings()).replace(' ', '_'));
    } finally {
      spark.stop();
    }
  }
}
