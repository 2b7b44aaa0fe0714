package io.sparknn.examples;

import io.sparknn.ml.NeuralNetworkClassificationModel;
import io.sparknn.ml.NeuralNetworkClassifier;
import io.sparknn.ml.TrainingSummary;
import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.MaxPooling2D;
import io.sparknn.ml.layer.Reshape;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** LeNet with batch normalisation and dropout on MNIST, beside a dense network of more weights. */
@Command(
    name = "mnist",
    description = "LeNet on MNIST (fetched by scripts/fetch-mnist)",
    mixinStandardHelpOptions = true)
final class Mnist extends MnistExample {

  @Option(names = "--epochs", description = "passes over the data (${DEFAULT-VALUE})")
  private int epochs = 5;

  @Option(names = "--batch-size", description = "rows in a batch (${DEFAULT-VALUE})")
  private int batchSize = 256;

  @Option(names = "--plain", description = "without batch normalisation and dropout in LeNet")
  private boolean plain;

  @Option(
      names = "--model",
      defaultValue = "${env:SPARK_NN_HOME:-.}/target/models/mnist",
      description = "where to save the pipeline (${DEFAULT-VALUE})")
  private String path;

  @Override
  void run(SparkSession spark) {
    Dataset<Row> train = images(spark, "train");
    Dataset<Row> test = images(spark, "t10k");
    PipelineModel lenet = fit("LeNet", train, plain ? plainLeNet() : leNet());
    saveAndReload(lenet, test, path);
    PipelineModel dense =
        fit(
            "dense network",
            train,
            new Dense().setUnits(600).setActivation("relu"),
            new Dropout().setRate(0.4),
            new Dense().setUnits(400).setActivation("relu"),
            new Dropout().setRate(0.4),
            head());
    System.out.printf(
        Locale.ROOT,
        "test accuracy: %.4f (dense network of more weights: %.4f)%n",
        accuracy(lenet.transform(test)),
        accuracy(dense.transform(test)));
  }

  private PipelineStage[] leNet() {
    return new PipelineStage[] {
      new Reshape().setTargetShape(28, 28, 1),
      convolution(32),
      new MaxPooling2D(),
      new BatchNormalization().setMomentum(0.9),
      convolution(64),
      new MaxPooling2D(),
      new BatchNormalization().setMomentum(0.9),
      new Flatten(),
      new Dense().setUnits(512).setActivation("relu"),
      new Dropout().setRate(0.4),
      head()
    };
  }

  private PipelineStage[] plainLeNet() {
    return Stream.of(leNet())
        .filter(stage -> !(stage instanceof BatchNormalization || stage instanceof Dropout))
        .toArray(PipelineStage[]::new);
  }

  private static Conv2D convolution(int filters) {
    return new Conv2D().setFilters(filters).setKernelSize(5).setActivation("relu");
  }

  private NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier()
        .setMaxIter(epochs)
        .setBatchSize(batchSize)
        .setStepSize(0.001)
        .setSeed(1);
  }

  private PipelineModel fit(String name, Dataset<Row> train, PipelineStage... stages) {
    PipelineModel pipeline = new Pipeline().setStages(stages).fit(train);
    var model = (NeuralNetworkClassificationModel) pipeline.stages()[stages.length - 1];
    TrainingSummary summary = model.summary();
    System.out.printf(
        Locale.ROOT,
        "%s of %,d weights: trained %d epochs in %.0f s, %.0f images/s%n",
        name,
        model.numWeights(),
        epochs,
        summary.totalSeconds(),
        summary.iterations().stream().mapToLong(i -> i.rows()).sum() / summary.totalSeconds());
    return pipeline;
  }
}
