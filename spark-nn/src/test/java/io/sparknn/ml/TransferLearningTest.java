package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.spark.LocalSpark.spark;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Network.Slot;
import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.MaxPooling2D;
import io.sparknn.ml.layer.Reshape;
import io.sparknn.spark.TensorFile;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that starts from a saved model, and leaves layers as they are. */
class TransferLearningTest {
  private static final Dataset<Row> ROWS = partitioned(LABELED, clouds(45, 3), 20, 25);

  @TempDir static Path folder;

  private static NeuralNetworkClassificationModel first;

  private static String model() {
    return folder + "/model";
  }

  private static String pipeline() {
    return folder + "/pipeline";
  }

  @BeforeAll
  static void train() throws IOException {
    PipelineModel trained = pipeline(5, head(2)).fit(ROWS);
    save(trained, pipeline());
    first = last(trained);
    save(first, model());
  }

  private static void save(MLWritable model, String path) throws IOException {
    model.write().overwrite().save(path);
  }

  private static NeuralNetworkClassifier head(int epochs) {
    return new NeuralNetworkClassifier()
        .setMaxIter(epochs)
        .setBatchSize(9)
        .setStepSize(0.01)
        .setSeed(5);
  }

  private static Pipeline pipeline(int units, NeuralNetworkClassifier head) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new Dense().setUnits(4).setActivation("tanh").setName("body"),
              new BatchNormalization(),
              new Dense().setUnits(units).setActivation("tanh"),
              head
            });
  }

  private static NeuralNetworkClassificationModel last(PipelineModel model) {
    return (NeuralNetworkClassificationModel) model.stages()[model.stages().length - 1];
  }

  private static NeuralNetworkClassificationModel fit(int units, NeuralNetworkClassifier head) {
    return last(pipeline(units, head).fit(ROWS));
  }

  private static Map<String, List<Float>> weights(NetworkModel<?> model) {
    Map<String, List<Float>> weights = new LinkedHashMap<>();
    for (Slot slot : model.network().slots()) {
      Tensor values = slot.in(model.files().weights());
      List<Float> list = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        list.add(values.data()[values.offset() + i]);
      }
      weights.put(slot.name(), list);
    }
    return weights;
  }

  /** The layers all of whose weights and statistics are the same in both to the bit. */
  private static List<String> same(NetworkModel<?> a, NetworkModel<?> b) {
    Map<String, List<Float>> others = weights(b);
    Map<String, Boolean> same = new LinkedHashMap<>();
    weights(a)
        .forEach(
            (name, values) ->
                same.merge(
                    name.substring(0, name.lastIndexOf('/')),
                    values.equals(others.get(name)),
                    Boolean::logicalAnd));
    return same.keySet().stream().filter(same::get).toList();
  }

  @Test
  void withoutATrainingTheWeightsAreThoseSaved() {
    var again = fit(5, head(0).setInitialModel(model()));
    assertArrayEquals(first.files().weights(), again.files().weights(), 0);
    var fromPipeline = fit(5, head(0).setSeed(77).setInitialModel(pipeline()));
    assertArrayEquals(first.files().weights(), fromPipeline.files().weights(), 0);
  }

  @Test
  void aNestedPipelineIsAModelToo() throws IOException {
    Pipeline nested =
        new Pipeline().setStages(new PipelineStage[] {pipeline(5, head(0)), new Later()});
    PipelineModel model = nested.fit(ROWS);
    save(model, folder + "/nested");
    var expected = last((PipelineModel) model.stages()[0]);
    var again = fit(5, head(0).setSeed(77).setInitialModel(folder + "/nested"));
    assertArrayEquals(expected.files().weights(), again.files().weights(), 0);
  }

  /** A stage behind the network. */
  private static final class Later extends LogisticRegression {
    private static final long serialVersionUID = 1L;

    Later() {
      setMaxIter(1);
      setPredictionCol("later").setProbabilityCol("p").setRawPredictionCol("r");
    }
  }

  /** Plain gradient descent on whole batches has no state but the weights. */
  @Test
  void oneEpochAndOneMoreAreTwo() throws IOException {
    var plain =
        new NeuralNetworkClassifier().setSolver("sgd").setMomentum(0).setStepSize(0.1).setSeed(3);
    var one = fit(5, plain.copy(ParamMap.empty()).setMaxIter(1));
    save(one, folder + "/one");
    var more = fit(5, plain.copy(ParamMap.empty()).setMaxIter(1).setInitialModel(folder + "/one"));
    var two = fit(5, plain.copy(ParamMap.empty()).setMaxIter(2));
    assertArrayEquals(two.files().weights(), more.files().weights(), 0);
    assertEquals(List.of(), same(one, two));
  }

  @Test
  void whatDoesNotFitIsNew() {
    var other = fit(6, head(0).setInitialModel(model()));
    assertEquals(List.of("body", "batchnormalization"), same(other, first));
    var newTop = fit(5, head(0).setSeed(77).setInitialModel(model()).setIncludeTop(false));
    assertEquals(List.of("body", "batchnormalization", "dense"), same(newTop, first));
    var fresh = fit(5, head(0).setSeed(77));
    assertEquals(weights(fresh).get("dense_1/kernel"), weights(newTop).get("dense_1/kernel"));
  }

  /** A layer's own file says where its first training starts, the model where the next one does. */
  @Test
  void theModelComesBeforeAFileOfInitialWeights() throws IOException {
    String file = folder + "/body.safetensors";
    TensorFile.write(
        file, Map.of("kernel", Tensor.zeros(4, 4)), spark().sparkContext().hadoopConfiguration());
    Pipeline pipeline = pipeline(5, head(0).setInitialModel(model()));
    ((Dense) pipeline.getStages()[0]).setInitialWeights(file);
    assertArrayEquals(first.files().weights(), last(pipeline.fit(ROWS)).files().weights(), 0);
  }

  @Test
  void frozenLayersKeepWeightsAndStatistics() {
    var model = fit(5, head(2).setInitialModel(model()).setFrozenLayers("b*"));
    assertEquals(List.of("body", "batchnormalization"), same(model, first));
    assertTrue(model.describeNetwork().contains("frozen"), model.describeNetwork());
    assertEquals(
        List.of("body", "batchnormalization", "dense"),
        same(fit(5, head(2).setInitialModel(model()).setFrozenLayers("*")), first));
    assertEquals(
        List.of("dense_1"),
        same(fit(5, head(2).setInitialModel(model()).setFrozenLayers("dense_1")), first));
    assertEquals(List.of(), same(fit(5, head(2).setInitialModel(model())), first));
    assertEquals(
        List.of("body", "batchnormalization"),
        same(
            fit(5, head(2).setInitialModel(model()).setFrozenLayers("b*").setLocalSteps(2)),
            first));
  }

  @Test
  void aModelWithFrozenLayersIsSavedAndTaken() throws IOException {
    var model = fit(5, head(1).setFrozenLayers("body"));
    save(model, folder + "/frozen");
    var loaded = NeuralNetworkClassificationModel.load(folder + "/frozen");
    assertEquals(model.describeNetwork(), loaded.describeNetwork());
    assertEquals(weights(model), weights(loaded));
    var again = fit(5, head(0).setInitialModel(folder + "/frozen"));
    assertEquals(weights(model), weights(again));
    assertFalse(again.describeNetwork().contains("frozen"), again.describeNetwork());
  }

  @Test
  void paramsSurviveSavingAndCrossValidation() throws IOException {
    var head =
        head(0).setInitialModel(model()).setFrozenLayers("body", "dense").setIncludeTop(true);
    save(head, folder + "/head");
    NeuralNetworkClassifier loaded = NeuralNetworkClassifier.load(folder + "/head");
    assertEquals(head.explainParams(), loaded.explainParams());
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(pipeline(5, loaded))
            .setEvaluator(new MulticlassClassificationEvaluator())
            .setNumFolds(2)
            .setEstimatorParamMaps(
                new ParamGridBuilder().addGrid(loaded.stepSize(), new double[] {0.1}).build());
    CrossValidatorModel best = validator.fit(ROWS);
    var model = last((PipelineModel) best.bestModel());
    assertArrayEquals(weights(first).values().toArray(), weights(model).values().toArray());
  }

  @Test
  void mistakesAreRefused() throws IOException {
    String none = folder + "/none";
    assertRefused(head(1).setInitialModel(none), "initialModel " + none + " cannot be read: ");
    String foreign = folder + "/foreign";
    save(new LogisticRegression().setMaxIter(1).fit(ROWS), foreign);
    assertRefused(
        head(1).setInitialModel(foreign),
        "initialModel " + foreign + " is no model of a network, nor a pipeline's",
        "name the folder of a saved model");
    assertRefused(
        head(1).setFrozenLayers("conv*"),
        "frozen layer 'conv*' matches no layer",
        "[body, batchnormalization, dense, dense_1]");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> head(1).setIncludeTop(false).setInitialModel(model()).fit(ROWS))
            .getMessage();
    assertTrue(
        message.contains(
            "it has none of this network's layers: it has [body, batchnormalization, dense,"
                + " dense_1]; not taken are [dense (the top)]"),
        message);
  }

  private static void assertRefused(NeuralNetworkClassifier head, String... said) {
    String message = assertThrows(IllegalArgumentException.class, () -> fit(5, head)).getMessage();
    assertTrue(message.startsWith(head.uid()), message);
    for (String part : said) {
      assertTrue(message.contains(part), () -> message + "\nlacks: " + part);
    }
    assertEquals(1, message.lines().count(), message);
  }

  /** The UCI digits that ship with the examples. */
  private static Dataset<Row> digits() {
    Dataset<Row> digits =
        spark()
            .read()
            .option("inferSchema", true)
            .csv("../examples/src/main/resources/data/digits.csv.gz");
    Column[] pixels =
        IntStream.range(0, 64)
            .mapToObj(i -> digits.col("_c" + i).divide(16))
            .toArray(Column[]::new);
    return digits
        .select(
            functions.array(pixels).as("features"),
            digits.col("_c64").cast("double").as("label"),
            functions.monotonically_increasing_id().as("row"))
        .repartition(2, col("row"))
        .cache();
  }

  private static Pipeline convolutional(NeuralNetworkClassifier head) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new Reshape().setTargetShape(8, 8, 1),
              new Conv2D().setFilters(8).setPadding("same").setUseBias(false),
              new BatchNormalization(),
              new Activation().setActivation("relu"),
              new MaxPooling2D(),
              new Flatten(),
              new Dense().setUnits(16).setActivation("tanh").setName("vectors"),
              head.setBatchSize(32).setSeed(1)
            });
  }

  private static double accuracy(PipelineModel model, Dataset<Row> rows) {
    return new MulticlassClassificationEvaluator()
        .setMetricName("accuracy")
        .evaluate(model.transform(rows));
  }

  /** What tells ten digits apart soon learns, from few others, which are odd. */
  @Test
  void aBodyOfOneTaskServesAnother() throws IOException {
    String source = folder + "/digits";
    String target = folder + "/odd";
    Dataset<Row> digits = digits();
    Dataset<Row> half = digits.where("row % 2 = 0");
    Dataset<Row> others = digits.where("row % 2 = 1").withColumn("label", col("label").mod(2));
    Dataset<Row> few = others.where("row % 16 = 1").cache();
    Dataset<Row> test = others.where("row % 16 <> 1").cache();

    PipelineModel old =
        convolutional(new NeuralNetworkClassifier().setMaxIter(6).setStepSize(0.005)).fit(half);
    save(old, source);
    NeuralNetworkClassifier head =
        new NeuralNetworkClassifier().setMaxIter(20).setStepSize(0.03).setFrozenLayers("*");
    double random = accuracy(convolutional(head.copy(ParamMap.empty())).fit(few), test);
    PipelineModel moved = convolutional(head.setInitialModel(source)).fit(few);
    save(moved, target);
    double frozen = accuracy(moved, test);
    NeuralNetworkClassifier tuner =
        new NeuralNetworkClassifier().setMaxIter(20).setInitialModel(target);
    PipelineModel tuned = convolutional(tuner).fit(few);
    double fine = accuracy(tuned, test);

    assertEquals(List.of("conv2d", "batchnormalization", "vectors"), same(last(moved), last(old)));
    assertEquals(List.of(), same(last(tuned), last(moved)));
    String all =
        String.format(Locale.ROOT, "random %.3f, frozen %.3f, tuned %.3f", random, frozen, fine);
    assertTrue(frozen > random + 0.1 && fine > frozen - 0.01, all);
  }
}
