package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparknn.graph.SafeTensors;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A training that goes on from a checkpoint ends at the bits of one that never stopped. */
class CheckpointsTest {

  /** Five iterations an epoch. */
  private static final Dataset<Row> ROWS = partitioned(LABELED, clouds(45, 3), 20, 25);

  @TempDir private Path folder;

  private NeuralNetworkClassifier head(int epochs) {
    return new NeuralNetworkClassifier().setMaxIter(epochs).setBatchSize(9).setSeed(5);
  }

  private NeuralNetworkClassifier saving(int epochs) {
    return head(epochs).setCheckpointDir(folder.toString()).setCheckpointInterval(3);
  }

  private static NeuralNetworkClassificationModel fit(NeuralNetworkClassifier head) {
    return fit(head, ROWS);
  }

  private static NeuralNetworkClassificationModel fit(
      NeuralNetworkClassifier head, Dataset<Row> rows) {
    PipelineStage[] stages = {
      new Dense().setUnits(4).setActivation("tanh"), new Dropout().setRate(0.3), head
    };
    return (NeuralNetworkClassificationModel)
        new Pipeline().setStages(stages).fit(rows).stages()[2];
  }

  private static float[] weights(NeuralNetworkClassifier head) {
    return fit(head).files().weights();
  }

  /** The names of the only training's checkpoints. */
  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(only())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  private Path only() throws IOException {
    List<Path> trainings = trainings();
    assertEquals(1, trainings.size());
    return trainings.get(0);
  }

  private List<Path> trainings() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isDirectory).sorted().toList();
    }
  }

  private Path newest() throws IOException {
    return only().resolve(names().get(names().size() - 1));
  }

  @Test
  void theLastOnesAreKept() throws IOException {
    fit(saving(4));
    assertEquals(
        List.of(
            "checkpoint-0000000015.safetensors",
            "checkpoint-0000000018.safetensors",
            "checkpoint-0000000020.safetensors"),
        names());
  }

  /** Their exchanges are at iterations 2, 4 and 5 of each epoch. */
  @Test
  void localStepsMayPassOverTheIntervalsEnd() throws IOException {
    fit(saving(2).setLocalSteps(2));
    assertEquals(
        List.of(
            "checkpoint-0000000007.safetensors",
            "checkpoint-0000000009.safetensors",
            "checkpoint-0000000010.safetensors"),
        names());
  }

  @Test
  void writingThemChangesNothing() {
    assertArrayEquals(weights(head(3)), weights(saving(3)), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "lamb", "lbfgs"})
  void trainingGoesOnFromTheMiddleOfAnEpoch(String solver) throws IOException {
    float[] expected = weights(head(4).setSolver(solver));
    fit(saving(4).setSolver(solver));
    Files.delete(newest());
    Files.delete(newest());
    NeuralNetworkClassificationModel resumed = fit(saving(4).setSolver(solver).setResume(true));
    assertArrayEquals(expected, resumed.files().weights(), 0);
    assertEquals(4, resumed.summary().epochs().size());
    assertEquals(5, resumed.summary().iterations().size());
  }

  @Test
  void scheduleAverageAndBestWeightsGoOn() throws IOException {
    float[] expected = weights(everything(head(6)));
    fit(everything(saving(6)));
    Files.delete(newest());
    Files.delete(newest());
    assertArrayEquals(expected, weights(everything(saving(6)).setResume(true)), 0);
  }

  private static NeuralNetworkClassifier everything(NeuralNetworkClassifier head) {
    return head.setStepSchedule("reduce_on_plateau(0.5, 0, 0.01)")
        .setWarmupEpochs(1)
        .setAveragingDecay(0.9)
        .setGlobalClipNorm(0.5)
        .setPatience(2);
  }

  @Test
  void anotherModeGoesOnToTheSameBits() throws IOException {
    float[] expected = weights(head(4));
    fit(saving(2).setAggregationMode("jobs"));
    assertArrayEquals(
        expected, weights(saving(4).setAggregationMode("barrier").setResume(true)), 0);
  }

  @Test
  void aTrainingThatIsDoneIsNotRepeated() {
    float[] expected = weights(saving(2));
    NeuralNetworkClassificationModel again = fit(saving(2).setResume(true));
    assertArrayEquals(expected, again.files().weights(), 0);
    assertEquals(0, again.summary().iterations().size());
  }

  @Test
  void withoutCheckpointsTrainingBeginsAnew() {
    assertArrayEquals(weights(head(2)), weights(saving(2).setResume(true)), 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 300, -1, -40})
  void aDamagedOneIsPassedOverForTheOneBefore(int place) throws IOException {
    float[] expected = weights(saving(4));
    byte[] bytes = Files.readAllBytes(newest());
    if (place == 0) {
      bytes = new byte[0];
    } else {
      bytes[Math.floorMod(place, bytes.length)] ^= 0x10;
    }
    Files.write(newest(), bytes);
    assertArrayEquals(expected, weights(saving(4).setResume(true)), 0);
  }

  /** All that decides the result. */
  private static Stream<Arguments> changes() {
    return Stream.of(
        change("stepSize is 0.001 where this one's is 0.1", head -> head.setStepSize(0.1)),
        change("batchSize is 9 where this one's is 10", head -> head.setBatchSize(10)),
        change("seed is 5 where this one's is 6", head -> head.setSeed(6)),
        change("solver is adam where this one's is sgd", head -> head.setSolver("sgd")),
        change("stepSchedule is 'constant'", head -> head.setStepSchedule("cosine")),
        change("warmupEpochs is 0.0 where this one's is 1.0", head -> head.setWarmupEpochs(1)),
        change("momentum is 0.9 where this one's is 0.5", head -> head.setMomentum(0.5)),
        change("beta1 is none where this one's is 0.5", head -> head.setBeta1(0.5)),
        change("beta2 is none where this one's is 0.5", head -> head.setBeta2(0.5)),
        change("rho is none where this one's is 0.5", head -> head.setRho(0.5)),
        change(
            "optimizerEpsilon is none where this one's is 0.5",
            head -> head.setOptimizerEpsilon(0.5)),
        change(
            "weightDecay is none where this one's is 0.1",
            head -> head.setSolver("adamw").setWeightDecay(0.1)),
        change("clipValue is none where this one's is 0.1", head -> head.setClipValue(0.1)),
        change(
            "averagingDecay is none where this one's is 0.5", head -> head.setAveragingDecay(0.5)),
        change("localSteps is 1 where this one's is 2", head -> head.setLocalSteps(2)),
        change(
            "gradientPrecision is 'float32' where this one's is 'bfloat16'",
            head -> head.setGradientPrecision("bfloat16")),
        change("microBatchSize is 2147483647", head -> head.setMicroBatchSize(3)),
        change(
            "labelSmoothing is 0.0 where this one's is 0.1", head -> head.setLabelSmoothing(0.1)),
        change(
            "frozenLayers is [] where this one's is [dense]",
            head -> head.setFrozenLayers("dense")),
        change("patience is 0 where this one's is 2", head -> head.setPatience(2)),
        change("validationFraction is 0.0", head -> head.setValidationFraction(0.2)));
  }

  private static Arguments change(
      String said, Function<NeuralNetworkClassifier, NeuralNetworkClassifier> change) {
    return Arguments.of(said, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void anotherTrainingBeginsAnewBesideAndSaysWhy(
      String said, Function<NeuralNetworkClassifier, NeuralNetworkClassifier> change)
      throws IOException {
    fit(saving(1));
    List<String> before = names();
    Path first = only();
    float[] expected = weights(change.apply(head(1)));
    NeuralNetworkClassificationModel model = fit(change.apply(saving(1).setResume(true)));
    assertArrayEquals(expected, model.files().weights(), 0);
    String findings = model.summary().findings().toString();
    assertTrue(findings.contains("begins anew, since " + folder), findings);
    assertTrue(findings.contains(said), findings);
    assertEquals(2, trainings().size());
    try (Stream<Path> files = Files.list(first)) {
      assertTrue(files.map(f -> f.getFileName().toString()).toList().containsAll(before));
    }
  }

  @Test
  void moreEpochsGoOnUnlessTheScheduleDependsOnThem() throws IOException {
    for (String schedule : List.of("constant", "step(1, 0.5)", "cosine(3)")) {
      fit(saving(2).setStepSchedule(schedule));
      NeuralNetworkClassificationModel model =
          fit(saving(3).setStepSchedule(schedule).setResume(true));
      assertEquals(5, model.summary().iterations().size(), schedule);
      assertArrayEquals(
          weights(head(3).setStepSchedule(schedule)), model.files().weights(), 0, schedule);
    }
    for (String schedule : List.of("cosine", "polynomial", "one_cycle")) {
      fit(saving(2).setStepSchedule(schedule));
      NeuralNetworkClassificationModel model =
          fit(saving(3).setStepSchedule(schedule).setResume(true));
      assertArrayEquals(
          weights(head(3).setStepSchedule(schedule)), model.files().weights(), 0, schedule);
      String findings = model.summary().findings().toString();
      assertTrue(findings.contains("maxIter of stepSchedule is 2 where this one's is 3"), findings);
    }
  }

  @Test
  void checkpointsOfLaterEpochsArePassedOver() {
    fit(saving(4));
    NeuralNetworkClassificationModel model = fit(saving(2).setResume(true));
    assertArrayEquals(weights(head(2)), model.files().weights(), 0);
    assertEquals(2, model.summary().epochs().size());
    String findings = model.summary().findings().toString();
    assertTrue(findings.contains("is of a later epoch than maxIter"), findings);
  }

  @Test
  void anEarlierRunOfTheSameTrainingIsKeptUntilItIsReached() throws IOException {
    fit(saving(4));
    fit(saving(1));
    assertTrue(names().contains("checkpoint-0000000020.safetensors"), names().toString());
    assertArrayEquals(weights(head(4)), weights(saving(4).setResume(true)), 0);
  }

  /** A grid in one folder; its trainings run at the same time. */
  @Test
  void trainingsOfAGridKeepApart() throws IOException {
    NeuralNetworkClassifier head = saving(2);
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(head.stepSize(), new double[] {0.001, 0.01, 0.1})
            .addGrid(head.maxIter(), new int[] {1, 2})
            .build();
    TrainValidationSplit split =
        new TrainValidationSplit()
            .setEstimator(head)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("logLoss"))
            .setEstimatorParamMaps(grid)
            .setParallelism(3)
            .setSeed(1);
    double[] expected =
        split
            .copy(ParamMap.empty().put(head.checkpointInterval(), 0))
            .fit(ROWS)
            .validationMetrics();
    double[] first = split.fit(ROWS).validationMetrics();
    assertEquals(grid.length, Arrays.stream(first).distinct().count());
    head.setResume(true);
    assertArrayEquals(first, split.fit(ROWS).validationMetrics());
    assertArrayEquals(expected, first);
    // Of each step size the chosen one is trained once more, on all rows.
    assertEquals(4, trainings().size());
  }

  @Test
  void checkpointsOfTheVersionBeforeGoOn() throws IOException {
    float[] expected = weights(head(4));
    fit(saving(2));
    asTheVersionBefore(newest(), folder.resolve("checkpoint-0000000010.safetensors"));
    for (String name : names()) {
      Files.delete(only().resolve(name));
    }
    NeuralNetworkClassificationModel model = fit(saving(4).setResume(true));
    assertArrayEquals(expected, model.files().weights(), 0);
    assertEquals(10, model.summary().iterations().size());
    assertTrue(Files.exists(folder.resolve("checkpoint-0000000010.safetensors")));
    String findings = model.summary().findings().toString();
    assertTrue(findings.contains("an earlier version wrote without "), findings);
    assertTrue(findings.contains("stepSize"), findings);
    findings = fit(saving(1).setBatchSize(8).setResume(true)).summary().findings().toString();
    assertTrue(findings.contains("begins anew"), findings);
  }

  /** Drops what that version did not write. */
  private static void asTheVersionBefore(Path from, Path to) throws IOException {
    byte[] bytes = Files.readAllBytes(from);
    SafeTensors.Contents contents =
        SafeTensors.readContents(new ByteArrayInputStream(bytes), bytes.length);
    Map<String, String> texts = new TreeMap<>(contents.metadata());
    texts.remove("crc32c of texts and names");
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode training = (ObjectNode) mapper.readTree(texts.get("training"));
    training.retain("network", "number of rows", "batchSize", "seed", "solver", "loss");
    texts.put("training", training.toString());
    try (OutputStream out = Files.newOutputStream(to)) {
      SafeTensors.write(new SafeTensors.Contents(contents.tensors(), texts), out);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "unknown-scheme://host/x", "file:/proc/none/x", "a:b:c"})
  void aFolderThatCannotBeWrittenToIsRefusedBeforeTraining(String name) throws IOException {
    String path = name;
    if (name.equals("file")) {
      path = Files.writeString(folder.resolve("file"), "x").toString();
    }
    NeuralNetworkClassifier head = head(1).setCheckpointDir(path);
    String message = assertThrows(IllegalArgumentException.class, () -> fit(head)).getMessage();
    assertTrue(message.contains("checkpointDir " + path + " cannot be written to ("), message);
    assertTrue(message.endsWith("): name a folder that can"), message);
    assertEquals(1, message.lines().count(), message);
  }

  /** The folder becomes a file while rows are read, as if the disk were gone. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void aCheckpointThatFailsDoesNotLoseTheModel(int interval) throws IOException {
    float[] expected = weights(head(3));
    String path = folder.resolve("lost").toString();
    UserDefinedFunction loses =
        functions.udf((UDF1<Double, Double>) label -> lose(label, path), DataTypes.DoubleType);
    Dataset<Row> rows = ROWS.withColumn("label", loses.apply(ROWS.col("label")));
    NeuralNetworkClassificationModel model =
        fit(head(3).setCheckpointDir(path).setCheckpointInterval(interval), rows);
    assertArrayEquals(expected, model.files().weights(), 0);
    List<String> findings =
        model.summary().findings().stream().filter(f -> f.contains("checkpoint")).toList();
    assertEquals(1, findings.size(), findings.toString());
    assertTrue(
        findings.get(0).startsWith("a checkpoint could not be written into " + path),
        findings.get(0));
  }

  private static double lose(double label, String path) throws IOException {
    Files.deleteIfExists(Path.of(path));
    Files.writeString(Path.of(path), "no folder");
    return label;
  }

  @Test
  void resumeNeedsAFolder() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> fit(head(1).setResume(true)))
            .getMessage();
    assertTrue(message.endsWith("resume is on, but no checkpointDir says where from: set one"));
  }
}
