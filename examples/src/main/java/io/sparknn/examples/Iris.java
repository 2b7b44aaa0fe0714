package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import java.util.Locale;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Dense layers on Fisher's iris, tuned by Spark's own CrossValidator. */
@Command(
    name = "iris",
    description = "Dense layers tuned by CrossValidator on Fisher's iris (shipped)",
    mixinStandardHelpOptions = true)
final class Iris extends Example {

  @Option(names = "--folds", description = "folds of the cross-validation (${DEFAULT-VALUE})")
  private int folds = 3;

  @Override
  void run(SparkSession spark) {
    Dataset<Row> iris = load(spark);
    Dense hidden = new Dense().setUnits(8).setActivation("tanh");
    Dropout dropout = new Dropout();
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("species").setOutputCol("label"),
                  new VectorAssembler()
                      .setInputCols(new String[] {"_c0", "_c1", "_c2", "_c3"})
                      .setOutputCol("raw"),
                  new StandardScaler()
                      .setWithMean(true)
                      .setInputCol("raw")
                      .setOutputCol("features"),
                  hidden,
                  dropout,
                  new NeuralNetworkClassifier()
                      .setMaxIter(60)
                      .setBatchSize(40)
                      .setStepSize(0.02)
                      .setSeed(1)
                });
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(hidden.units(), new int[] {2, 8})
            .addGrid(dropout.rate(), new double[] {0.0, 0.25})
            .build();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(pipeline)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setNumFolds(folds)
            .setSeed(1)
            .fit(fifth(iris, false));
    for (int i = 0; i < grid.length; i++) {
      System.out.printf(
          Locale.ROOT,
          "units %s, rate %s: cross-validated accuracy %.3f%n",
          grid[i].get(hidden.units()).get(),
          grid[i].get(dropout.rate()).get(),
          model.avgMetrics()[i]);
    }
    System.out.printf(
        Locale.ROOT, "test accuracy: %.3f%n", accuracy(model.transform(fifth(iris, true))));
  }

  private static Dataset<Row> load(SparkSession spark) {
    Column names =
        functions.array(
            functions.lit("setosa"), functions.lit("versicolor"), functions.lit("virginica"));
    return csv(spark, "iris.csv", 1)
        .withColumn("species", functions.get(names, functions.col("_c4")))
        .withColumn("row", functions.monotonically_increasing_id())
        .cache();
  }
}
