package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Add;
import io.sparknn.ml.layer.AveragePooling2D;
import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.Reshape;
import java.util.Locale;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A residual branch: two columns, one of them through two convolutions, joined by {@code Add}. */
@Command(
    name = "residual",
    description = "A residual branch with batch normalisation on the UCI digits (shipped)",
    mixinStandardHelpOptions = true)
final class Residual extends Example {

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 10;

  @Option(
      names = "--model",
      defaultValue = "${env:SPARK_NN_HOME:-.}/target/models/residual",
      description = "where to save the pipeline (${DEFAULT-VALUE})")
  private String path;

  @Override
  void run(SparkSession spark) {
    Dataset<Row> digits = digits(spark);
    Dataset<Row> test = fifth(digits, true);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new Reshape().setTargetShape(8, 8, 1),
                  convolution().setActivation("relu").setOutputCol("skip"),
                  convolution().setInputCol("skip").setOutputCol("branch"),
                  new BatchNormalization().setMomentum(0.9).setInputCol("branch"),
                  new Activation().setActivation("relu").setInputCol("branch"),
                  convolution().setInputCol("branch"),
                  new BatchNormalization().setMomentum(0.9).setInputCol("branch"),
                  new Add().setInputCols("skip", "branch").setOutputCol("features"),
                  new Activation().setActivation("relu"),
                  new AveragePooling2D(),
                  new Flatten(),
                  new NeuralNetworkClassifier()
                      .setMaxIter(epochs)
                      .setBatchSize(64)
                      .setStepSize(0.003)
                      .setSeed(1)
                });
    PipelineModel model = pipeline.fit(fifth(digits, false));
    saveAndReload(model, test, path);
    System.out.printf(Locale.ROOT, "test accuracy: %.3f%n", accuracy(model.transform(test)));
  }

  private static Conv2D convolution() {
    return new Conv2D().setFilters(16).setPadding("same");
  }
}
