package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.GlobalAveragePooling2D;
import io.sparknn.ml.layer.MaxPooling2D;
import io.sparknn.ml.layer.Reshape;
import io.sparknn.ml.layer.ResidualBlock;
import java.util.Locale;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A small residual network on MNIST. */
@Command(
    name = "resnet",
    description = "A residual network on MNIST (fetched by scripts/fetch-mnist)",
    mixinStandardHelpOptions = true)
final class ResNet extends MnistExample {

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 2;

  @Override
  void run(SparkSession spark) {
    Dataset<Row> train = images(spark, "train");
    Dataset<Row> test = images(spark, "t10k");
    PipelineModel linear =
        new Pipeline().setStages(new PipelineStage[] {head().setMaxIter(5)}).fit(train);
    PipelineModel network =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new Reshape().setTargetShape(28, 28, 1),
                  new Conv2D().setFilters(16).setPadding("same").setActivation("relu"),
                  new MaxPooling2D(),
                  block(16),
                  block(32).setStride(2),
                  block(64).setStride(2),
                  new GlobalAveragePooling2D(),
                  head().setMaxIter(epochs)
                })
            .fit(train);
    System.out.printf(
        Locale.ROOT,
        "test accuracy: %.4f (without layers: %.4f)%n",
        accuracy(network.transform(test)),
        accuracy(linear.transform(test)));
  }

  private static ResidualBlock block(int filters) {
    return new ResidualBlock().setFilters(filters).setMomentum(0.9);
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier().setBatchSize(128).setStepSize(0.002).setSeed(1);
  }
}
