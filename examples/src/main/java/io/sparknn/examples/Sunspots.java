package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkRegressor;
import io.sparknn.ml.layer.GRU;
import io.sparknn.ml.layer.Reshape;
import java.util.Locale;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Forecasts the number of sunspots of a year from the years before, 1700 to 2008. */
@Command(
    name = "sunspots",
    description = "A recurrent network forecasts yearly sunspots (shipped)",
    mixinStandardHelpOptions = true)
final class Sunspots extends Example {

  /** Years from here on are forecast to test. */
  private static final int FIRST_TEST_YEAR = 1930;

  private static final double SCALE = 100;

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 60;

  @Option(names = "--years", description = "years that a forecast reads (${DEFAULT-VALUE})")
  private int years = 30;

  @Override
  void run(SparkSession spark) {
    // The first years have fewer before them: sequences of different lengths.
    Dataset<Row> series =
        series(spark).where(functions.size(functions.col("features")).geq(10)).cache();
    Dataset<Row> train = series.where(functions.col("year").lt(FIRST_TEST_YEAR));
    Dataset<Row> test = series.where(functions.col("year").geq(FIRST_TEST_YEAR));
    PipelineModel model =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new Reshape().setTargetShape(-1, 1),
                  new GRU().setUnits(24),
                  new NeuralNetworkRegressor()
                      .setMaxIter(epochs)
                      .setBatchSize(32)
                      .setStepSize(0.005)
                      .setSeed(1)
                })
            .fit(train);
    Dataset<Row> forecast = model.transform(test);
    System.out.printf(
        Locale.ROOT,
        "test error (root mean square, sunspots): %.1f (the year before: %.1f)%n",
        SCALE * error(forecast, "prediction"),
        SCALE * error(forecast, "before"));
  }

  private static double error(Dataset<Row> rows, String column) {
    return new RegressionEvaluator().setPredictionCol(column).evaluate(rows);
  }

  /** Each year's number as the label, and the years before as the features. */
  private Dataset<Row> series(SparkSession spark) {
    WindowSpec before = Window.orderBy("year").rowsBetween(-years, -1);
    return csv(spark, "sunspots.csv", 1)
        .select(
            functions.col("_c0").as("year"),
            functions.col("_c1").cast("double").divide(SCALE).as("label"))
        .withColumn("features", functions.collect_list("label").over(before))
        .withColumn("before", functions.lag("label", 1).over(Window.orderBy("year")));
  }
}
