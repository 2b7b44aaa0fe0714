package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.MaxPooling2D;
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

/** A small convolutional network on the UCI digits, 1,797 images of 8 by 8 pixels. */
@Command(
    name = "digits",
    description = "A small convolutional network on the UCI digits (shipped)",
    mixinStandardHelpOptions = true)
final class Digits extends Example {

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 15;

  @Option(
      names = "--model",
      defaultValue = "${env:SPARK_NN_HOME:-.}/target/models/digits",
      description = "where to save the pipeline (${DEFAULT-VALUE})")
  private String path;

  @Override
  void run(SparkSession spark) {
    Dataset<Row> digits = digits(spark);
    Dataset<Row> train = fifth(digits, false);
    Dataset<Row> test = fifth(digits, true);

    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new Reshape().setTargetShape(8, 8, 1),
                  new Conv2D().setFilters(32).setPadding("same").setActivation("relu"),
                  new Conv2D().setFilters(32).setPadding("same").setActivation("relu"),
                  new MaxPooling2D(),
                  new Flatten(),
                  new Dropout().setRate(0.25),
                  new Dense().setUnits(64).setActivation("relu"),
                  new NeuralNetworkClassifier()
                      .setMaxIter(epochs)
                      .setBatchSize(64)
                      .setStepSize(0.002)
                      .setSeed(1)
                });
    PipelineModel model = pipeline.fit(train);
    saveAndReload(model, test, path);
    System.out.printf(Locale.ROOT, "test accuracy: %.3f%n", accuracy(model.transform(test)));
  }
}
