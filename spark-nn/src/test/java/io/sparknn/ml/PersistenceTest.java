package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.planes;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Add;
import io.sparknn.ml.layer.AveragePooling2D;
import io.sparknn.ml.layer.BatchNormalization;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dropout;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.MaxPooling2D;
import io.sparknn.ml.layer.Reshape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models on disk: what is written, what comes back, what is refused. */
class PersistenceTest {

  @TempDir Path folder;

  private static Dataset<Row> points() {
    return table(LABELED, clouds(30, 3));
  }

  private static NeuralNetworkClassificationModel trained;

  @BeforeAll
  static void train() {
    trained = new NeuralNetworkClassifier().setMaxIter(1).fit(points());
  }

  private static NeuralNetworkClassificationModel trained() {
    return trained.copy(ParamMap.empty());
  }

  private String save(NeuralNetworkClassificationModel model) throws IOException {
    String path = folder + "/model";
    model.write().overwrite().save(path);
    return path;
  }

  @Test
  void aLoadedPipelinePredictsTheSame() throws IOException {
    PipelineStage[] stages = {
      new Reshape().setTargetShape(2, 2, 1).setOutputCol("x"),
      new Conv2D().setFilters(2).setKernelSize(2).setPadding("same").setInputCol("x"),
      new BatchNormalization().setInputCol("x"),
      new Activation().setActivation("relu").setInputCol("x").setOutputCol("y"),
      new Conv2D().setFilters(2).setPadding("same").setInputCol("y"),
      new Dropout().setInputCol("y"),
      new Add().setInputCols("x", "y"),
      new MaxPooling2D().setPadding("same").setStrides(1),
      new AveragePooling2D(),
      new Flatten(),
      new Dense().setUnits(3).setUseBias(false),
      new NeuralNetworkClassifier().setThresholds(new double[] {0.2, 0.3, 0.5}).setMaxIter(2)
    };
    PipelineModel model =
        new Pipeline()
            .setStages(new PipelineStage[] {new Pipeline().setStages(stages)})
            .fit(points());
    model.write().overwrite().save(folder + "/pipeline");
    PipelineModel loaded = PipelineModel.load(folder + "/pipeline");
    assertEquals(
        model.transform(points()).collectAsList(), loaded.transform(points()).collectAsList());
    assertEquals(model.transform(points()).schema(), loaded.transform(points()).schema());
  }

  @Test
  void aLoadedRegressorOfTwoInputsPredictsTheSame() throws IOException {
    PipelineStage[] stages = {
      new Dense().setUnits(2).setInputCol("a"),
      new Dense().setUnits(2).setInputCol("b"),
      new Add().setInputCols("a", "b"),
      new NeuralNetworkRegressor().setLabelCol("y").setMaxIter(1)
    };
    PipelineModel model = new Pipeline().setStages(stages).fit(planes(10));
    model.write().overwrite().save(folder + "/pipeline");
    assertEquals(
        model.transform(planes(10)).collectAsList(),
        PipelineModel.load(folder + "/pipeline").transform(planes(10)).collectAsList());
  }

  @Test
  void aLoadedModelKeepsWeightsAndParams() throws IOException {
    NeuralNetworkClassificationModel model = trained().setPredictionCol("p").setProbabilityCol("");
    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(save(model));
    assertArrayEquals(model.files().weights(), loaded.files().weights());
    assertEquals(model.uid(), loaded.uid());
    assertEquals(model.explainParams(), loaded.explainParams());
    assertEquals(model.describeNetwork(), loaded.describeNetwork());
  }

  @Test
  void theSummaryStaysWithTheTrainedModel() throws IOException {
    NeuralNetworkClassificationModel model = trained();
    assertTrue(model.hasSummary());
    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(save(model));
    assertFalse(loaded.hasSummary());
    String message = assertThrows(IllegalStateException.class, loaded::summary).getMessage();
    assertTrue(message.startsWith(model.uid() + ": there is no training summary"), message);
  }

  @Test
  void aFolderHoldsMetadataNetworkAndWeightsAndNoSerializedJava() throws IOException {
    Path path = Path.of(save(trained()));
    try (Stream<Path> files = Files.list(path)) {
      Set<String> names =
          files
              .map(f -> f.getFileName().toString())
              .filter(f -> !f.startsWith("."))
              .collect(Collectors.toSet());
      assertEquals(Set.of("metadata", "network.json", "weights.safetensors"), names);
    }
    try (Stream<Path> files = Files.walk(path).filter(Files::isRegularFile)) {
      for (Path file : files.toList()) {
        String start = HexFormat.of().formatHex(Files.readAllBytes(file));
        assertFalse(start.startsWith("aced"), file.toString());
      }
    }
  }

  @Test
  void anExistingFolderIsOnlyOverwrittenIfTold() throws IOException {
    NeuralNetworkClassificationModel model = trained();
    String path = save(model);
    assertThrows(IOException.class, () -> model.save(path));
    model.write().overwrite().save(path);
  }

  /** Damages a file. */
  private interface Damage {
    void to(Path file) throws IOException;
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("network.json", "there is no file", Files::delete),
        damage("weights.safetensors", "there is no file", Files::delete),
        damage("network.json", "is no JSON", file -> Files.writeString(file, "{\"format\":")),
        damage("network.json", "format ''", file -> Files.writeString(file, "{}")),
        damage(
            "network.json",
            "version 2",
            file -> replace(file, "\"version\" : 1", "\"version\" : 2")),
        damage("network.json", "core.Dance", file -> replace(file, "core.Dense", "core.Dance")),
        damage(
            "network.json",
            "java.lang.Runtime",
            file -> replace(file, "core.Dense", "java.lang.Runtime")),
        damage("network.json", "'units'", file -> replace(file, "\"units\" : 3,", "")),
        damage(
            "weights.safetensors", "not list the weights", file -> replace(file, "dense", "conv2")),
        damage("weights.safetensors", "cut short", file -> resize(file, -1)),
        damage("weights.safetensors", "longer", file -> resize(file, 1)),
        damage("weights.safetensors", "cut short", file -> Files.write(file, new byte[3])),
        damage(
            "weights.safetensors", "impossible length", file -> Files.write(file, new byte[90])));
  }

  private static Arguments damage(String file, String said, Damage damage) {
    return arguments(file, said, damage);
  }

  private static void replace(Path file, String old, String now) throws IOException {
    var latin = java.nio.charset.StandardCharsets.ISO_8859_1;
    String text = Files.readString(file, latin);
    assertTrue(text.contains(old), text);
    Files.writeString(file, text.replace(old, now), latin);
  }

  private static void resize(Path file, int change) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length + change));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("damages")
  void aDamagedFileIsNamed(String name, String said, Damage damage) throws IOException {
    String path = save(trained());
    Files.deleteIfExists(Path.of(path, "." + name + ".crc"));
    damage.to(Path.of(path, name));
    String message =
        assertThrows(UncheckedIOException.class, () -> NeuralNetworkClassificationModel.load(path))
            .getMessage();
    assertTrue(message.startsWith("cannot load the model: "), message);
    for (String part : List.of(path + "/" + name, said)) {
      assertTrue(message.contains(part), () -> message + "\nlacks: " + part);
    }
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void checksumsOfTheFileSystemAreHeeded() throws IOException {
    String path = save(trained());
    replace(Path.of(path, "network.json"), "glorot_uniform", "glorot_unifarm");
    String message =
        assertThrows(UncheckedIOException.class, () -> NeuralNetworkClassificationModel.load(path))
            .getMessage();
    assertTrue(message.contains("network.json"), message);
  }

  @Test
  void anotherModelIsRefused() throws IOException {
    String path = folder + "/foreign";
    new LogisticRegression().setMaxIter(1).fit(points()).save(path);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> NeuralNetworkClassificationModel.load(path))
            .getMessage();
    assertTrue(message.contains("LogisticRegressionModel"), message);
  }
}
