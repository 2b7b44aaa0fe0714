package io.sparknn.ml;

import static io.sparknn.ml.Tables.VECTOR;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.ml.Tables.vectorOf;
import static io.sparknn.spark.LocalSpark.jobs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Add;
import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.ml.layer.GaussianNoise;
import io.sparknn.ml.layer.MaxPooling2D;
import io.sparknn.ml.layer.Reshape;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A mistake is refused before any Spark job runs: stage, rule, what was received. */
class SchemaErrorsTest {

  /** A vector of 4, the same as an image of 2 x 2, and columns that do not fit. */
  private static Dataset<Row> rows() {
    Dataset<Row> rows =
        table(
            schema(
                vectorOf("features", 4),
                field("label", "double"),
                field("text", "string"),
                field("vectors", "array<double>"),
                field("labels", VECTOR),
                field("nested", "array<array<double>>"),
                field("taken", "double")),
            Tables.row(
                Vectors.zeros(4),
                0.0,
                "",
                List.of(1.0),
                Vectors.zeros(2),
                List.of(List.of(1.0)),
                0.0));
    return new Reshape().setTargetShape(2, 2, 1).setOutputCol("image").transform(rows);
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(new Dense().setUnits(2).setInputCol("nowhere"), "no column 'nowhere'", "features,"),
        mistake(new Dense().setUnits(2).setInputCol("text"), "column 'text'", "string"),
        mistake(new Dense(), "units must be set"),
        mistake(new Conv2D().setInputCol("image"), "filters must be set"),
        mistake(new Conv2D().setFilters(1), "(rows, columns, channels)", "received (4)"),
        mistake(
            new Conv2D().setFilters(1).setInputCol("image"),
            "spans 3",
            "does not fit",
            "axis of 2"),
        mistake(new MaxPooling2D().setPoolSize(5).setInputCol("image"), "spans 5", "axis of 2"),
        mistake(
            new Conv2D().setFilters(1).setKernelSize(1, 1, 1).setInputCol("image"),
            "kernelSize must have 1 or 2 numbers",
            "received 3"),
        mistake(new Reshape().setTargetShape(3, 3), "(3, 3)", "4 elements"),
        mistake(new Reshape().setTargetShape(3, -1), "(3, ?)", "4 elements"),
        mistake(new Reshape(), "targetShape must be set"),
        mistake(new Activation(), "activation must be set"),
        mistake(new Add(), "set inputCols"),
        mistake(new Add().setInputCols("features"), "at least two inputs", "received 1"),
        mistake(new Add().setInputCols("features", "image"), "one shape", "[(4), (2, 2, 1)]"),
        mistake(
            new NeuralNetworkClassifier().setFeaturesCol("image"),
            "column 'image'",
            "(2, 2, 1)",
            "Flatten"),
        mistake(new NeuralNetworkClassifier().setFeaturesCol("none"), "no column 'none'"),
        mistake(new NeuralNetworkClassifier().setLabelCol("none"), "no column 'none'"),
        mistake(new NeuralNetworkClassifier().setWeightCol("none"), "no column 'none'"),
        mistake(new NeuralNetworkClassifier().setLabelCol("text"), "column 'text'", "string"),
        mistake(
            new NeuralNetworkClassifier().setLabelCol("labels").setLoss("softmax_crossentropy"),
            "loss softmax_crossentropy learns one class a row",
            "column 'labels'",
            "sigmoid_crossentropy"),
        mistake(
            new NeuralNetworkClassifier().setLabelCol("labels").setLoss("hinge"),
            "loss hinge learns one class a row"),
        mistake(
            new NeuralNetworkClassifier().setLoss("sigmoid_crossentropy"),
            "learns several labels a row",
            "column 'label' holds one number",
            "softmax_crossentropy"),
        mistake(
            new NeuralNetworkClassifier().setLoss("hinge").setFocalGamma(2),
            "neither labelSmoothing nor focalGamma",
            "received 0.0 and 2.0",
            "leave them 0"),
        mistake(
            new NeuralNetworkClassifier().setLabelCol("nested"),
            "label column 'nested'",
            "class index"),
        mistake(new NeuralNetworkRegressor().setLabelCol("text"), "column 'text'", "string"),
        mistake(new NeuralNetworkClassifier().setProbabilityCol("taken"), "'taken' exists already"),
        mistake(
            new NeuralNetworkClassifier().setProbabilityCol("p").setPredictionCol("p"),
            "'p' exists already"),
        mistake(
            new NeuralNetworkClassifier().setFrozenLayers("*", "dense", "conv2d"),
            "frozen layer '*' matches no layer",
            "are [dense]",
            "a wildcard leaves out the head's own 'dense'"),
        mistake(
            new NeuralNetworkRegressor().setFrozenLayers("dense"),
            "frozen layers [dense] leave nothing to train",
            "name fewer"),
        mistake(
            new NeuralNetworkRegressor().setInitialModel("/no/where"),
            "initialModel /no/where cannot be read",
            "does not exist"),
        mistake(new NeuralNetworkRegressor().setPredictionCol("taken"), "'taken' exists already"));
  }

  private static Arguments mistake(PipelineStage stage, String... said) {
    return arguments(stage.getClass().getSimpleName() + ": " + said[0], stage, List.of(said));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mistakes")
  void refusedBeforeAnyJob(String name, PipelineStage stage, List<String> said) {
    Dataset<Row> rows = rows();
    int jobs =
        jobs(
            () -> {
              Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {stage});
              assertRefusal(stage, said, () -> pipeline.fit(rows));
            });
    assertEquals(0, jobs);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        value(new Dense(), s -> s.setUnits(0), "units", "at least 1", "received 0"),
        value(new Dense(), s -> s.setActivation("rleu"), "activation", "relu", "received 'rleu'"),
        value(new Dense(), s -> s.setActivation(null), "activation", "relu", "received null"),
        value(new Dense(), s -> s.setKernelInitializer("x"), "glorot_uniform", "received 'x'"),
        value(new Dropout(), s -> s.setRate(1), "rate", "[0, 1)", "received 1.0"),
        value(new Dropout(), s -> s.setRate(Double.NaN), "rate", "[0, 1)", "received NaN"),
        value(new Conv2D(), s -> s.setFilters(-1), "filters", "at least 1", "received -1"),
        value(new Conv2D(), s -> s.setKernelSize(3, 0), "kernelSize", "received [3, 0]"),
        value(new Conv2D(), s -> s.setKernelSize(), "kernelSize", "received []"),
        value(new Conv2D(), s -> s.setPadding("full"), "valid, same", "received 'full'"),
        value(new Reshape(), s -> s.setTargetShape(-1, -1), "one of them -1", "[-1, -1]"),
        value(new BatchNormalization(), s -> s.setMomentum(1), "[0, 1)", "received 1.0"),
        value(new BatchNormalization(), s -> s.setEpsilon(0), "above 0", "received 0.0"),
        value(head(), s -> s.setBatchSize(0), "batchSize", "at least 1", "received 0"),
        value(head(), s -> s.setMaxIter(-1), "maxIter", "at least", "received -1"),
        value(head(), s -> s.setStepSize(0), "stepSize", "received 0.0"),
        value(head(), s -> s.setStepSize(1 / 0.0), "stepSize", "received Infinity"),
        value(new Dense(), s -> s.setL2(1 / 0.0), "at least 0", "received Infinity"),
        value(new BatchNormalization(), s -> s.setEpsilon(1 / 0.0), "received Infinity"),
        value(new GaussianNoise(), s -> s.setStddev(1 / 0.0), "received Infinity"),
        value(head(), s -> s.setSolver("adm"), "sgd, nesterov, adagrad", "received 'adm'"),
        value(head(), s -> s.setAggregationDepth(0), "aggregationDepth", "received 0"),
        value(head(), s -> s.setLocalSteps(0), "localSteps", "received 0"),
        value(head(), s -> s.setMicroBatchSize(0), "microBatchSize", "received 0"),
        value(head(), s -> s.setGradientPrecision("fp8"), "float32, bfloat16", "received 'fp8'"),
        value(
            head(),
            s -> s.setIntermediateStorageLevel("MEMORY_ONLY"),
            "a storage level with disk",
            "received 'MEMORY_ONLY'"),
        value(
            head(),
            s -> s.setThresholds(new double[] {0, 0}),
            "at most one",
            "received [0.0, 0.0]"),
        value(head(), s -> s.setLoss("mse"), "sigmoid_crossentropy, hinge", "received 'mse'"),
        value(head(), s -> s.setLabelSmoothing(1), "labelSmoothing", "[0, 1)", "received 1.0"),
        value(head(), s -> s.setLabelSmoothing(Double.NaN), "[0, 1)", "received NaN"),
        value(head(), s -> s.setFocalGamma(-1), "focalGamma", "at least 0", "received -1.0"),
        value(head(), s -> s.setClassWeights(1, -2), "classWeights", "received [1.0, -2.0]"),
        value(head(), s -> s.setClassWeights(Double.NaN), "classWeights", "received [NaN]"),
        value(regressor(), s -> s.setHuberDelta(0), "huberDelta", "above 0", "received 0.0"),
        value(regressor(), s -> s.setQuantile(1), "quantile", "below 1", "received 1.0"),
        value(regressor(), s -> s.setLoss("mse"), "squared, absolute, huber", "received 'mse'"));
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier();
  }

  private static NeuralNetworkRegressor regressor() {
    return new NeuralNetworkRegressor();
  }

  private static <S extends PipelineStage> Arguments value(
      S stage, Consumer<S> setter, String... said) {
    Runnable set = () -> setter.accept(stage);
    String name = stage.getClass().getSimpleName() + ": " + String.join(" ", said);
    return arguments(name, stage, set, List.of(said));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void aBadValueIsRefusedWhenItIsSet(
      String name, PipelineStage stage, Runnable set, List<String> said) {
    assertRefusal(stage, said, set);
  }

  private static void assertRefusal(PipelineStage stage, List<String> said, Runnable work) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.startsWith(stage.uid()), message);
    for (String part : said) {
      assertTrue(message.contains(part), () -> message + "\nlacks: " + part);
    }
    assertEquals(1, message.lines().count(), message);
  }
}
