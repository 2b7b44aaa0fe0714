package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.jobs;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Network.Slot;
import io.sparknn.ml.layer.Conv2D;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Embedding;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.GlobalAveragePooling1D;
import io.sparknn.ml.layer.Reshape;
import io.sparknn.ml.layer.TransformerEncoder;
import io.sparknn.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The output of a layer as a column. */
class FeatureExtractorTest {
  private static final Dataset<Row> ROWS = partitioned(LABELED, clouds(30, 3), 13, 17);

  @TempDir private Path folder;

  private static PipelineModel pipeline;
  private static NeuralNetworkClassificationModel model;

  @BeforeAll
  static void train() {
    pipeline =
        fit(
            ROWS,
            new Reshape().setTargetShape(2, 2, 1),
            new Conv2D().setFilters(2).setKernelSize(2).setPadding("same"),
            new Flatten(),
            new Dense().setUnits(3).setActivation("tanh").setName("features3"));
    model = head(pipeline);
  }

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... layers) {
    List<PipelineStage> stages = new ArrayList<>(List.of(layers));
    stages.add(new NeuralNetworkClassifier().setMaxIter(1).setSeed(1));
    return new Pipeline().setStages(stages.toArray(PipelineStage[]::new)).fit(rows);
  }

  private static NeuralNetworkClassificationModel head(PipelineModel fitted) {
    return (NeuralNetworkClassificationModel) fitted.stages()[fitted.stages().length - 1];
  }

  private static List<double[]> vectors(Dataset<Row> rows, String column) {
    return rows.select(column).collectAsList().stream()
        .map(row -> row.<Vector>getAs(0).toArray())
        .toList();
  }

  private static void assertSame(List<double[]> expected, List<double[]> actual, double tolerance) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i), tolerance, "row " + i);
    }
  }

  private static double[] weight(NetworkModel<?> model, String name) {
    Slot slot =
        model.network().slots().stream().filter(s -> s.name().equals(name)).findFirst().get();
    Tensor values = slot.in(model.files().weights());
    return IntStream.range(0, values.size())
        .mapToDouble(i -> values.data()[values.offset() + i])
        .toArray();
  }

  /** {@code x W + b}. */
  private static double[] affine(double[] x, double[] kernel, double[] bias) {
    double[] y = bias.clone();
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < y.length; k++) {
        y[k] += x[i] * kernel[i * y.length + k];
      }
    }
    return y;
  }

  @Test
  void theHeadsLayerIsTheRawPrediction() {
    Dataset<Row> scored = model.activations(pipeline.transform(ROWS), "dense", "logits");
    assertSame(vectors(scored, "rawPrediction"), vectors(scored, "logits"), 0);
  }

  @Test
  void aLayerIsWhatTheNextOneReads() {
    Dataset<Row> rows = model.activations(ROWS, "conv2d", "maps");
    rows = model.activations(rows, "flatten", "flat");
    rows = model.activations(rows, "features3", "hidden");
    rows = model.activations(rows, "dense", "logits");
    assertEquals(
        List.of("features", "label", "maps", "flat", "hidden", "logits"), List.of(rows.columns()));
    assertSame(vectors(rows, "maps"), vectors(rows, "flat"), 0);
    assertSame(
        vectors(rows, "flat").stream()
            .map(x -> affine(x, weight(model, "features3/kernel"), weight(model, "features3/bias")))
            .map(x -> Arrays.stream(x).map(Math::tanh).toArray())
            .toList(),
        vectors(rows, "hidden"),
        1e-5);
    assertSame(
        vectors(rows, "hidden").stream()
            .map(x -> affine(x, weight(model, "dense/kernel"), weight(model, "dense/bias")))
            .toList(),
        vectors(rows, "logits"),
        1e-5);
  }

  @Test
  void theColumnTellsSizeAndShape() {
    var field = model.activations(ROWS, "conv2d", "maps").schema().apply("maps");
    assertEquals(Tables.VECTOR, field.dataType());
    assertEquals(8, AttributeGroup.fromStructField(field).size());
    assertArrayEquals(new long[] {2, 2, 2}, field.metadata().getLongArray("spark_nn_shape"));
  }

  @Test
  void nothingRunsBeforeItIsAskedFor() {
    assertEquals(0, jobs(() -> model.activations(ROWS, "conv2d", "maps")));
  }

  @Test
  void otherStagesReadIt() {
    PipelineStage[] stages = {
      model.extractor("features3", "hidden"),
      new KMeans()
          .setK(3)
          .setSeed(1)
          .setInitMode("random")
          .setMaxIter(2)
          .setFeaturesCol("hidden")
          .setPredictionCol("cluster"),
      new LogisticRegression().setMaxIter(10).setFeaturesCol("hidden")
    };
    PipelineModel fitted = new Pipeline().setStages(stages).fit(ROWS);
    Dataset<Row> scored = fitted.transform(ROWS);
    assertTrue(scored.where("label = prediction and cluster between 0 and 2").count() >= 28);
  }

  @Test
  void anExtractorIsSavedInAPipeline() throws Exception {
    PipelineStage[] stages = {model.extractor("features3", "hidden")};
    PipelineModel saved = new Pipeline().setStages(stages).fit(ROWS);
    saved.save(folder + "/extractor");
    PipelineModel loaded = PipelineModel.load(folder + "/extractor");
    assertEquals(saved.transform(ROWS).collectAsList(), loaded.transform(ROWS).collectAsList());
    assertEquals(saved.transform(ROWS).schema(), loaded.transform(ROWS).schema());
    assertEquals(stages[0].explainParams(), loaded.stages()[0].explainParams());
  }

  @Test
  void anotherLayerCanBeAskedFor() {
    FeatureExtractor extractor = model.extractor("features3", "y");
    assertEquals(3, vectors(extractor.transform(ROWS), "y").get(0).length);
    ParamMap extra = ParamMap.empty().put(extractor.layer(), "conv2d");
    assertEquals(8, vectors(extractor.copy(extra).transform(ROWS), "y").get(0).length);
    assertEquals(8, vectors(extractor.setLayer("flatten").transform(ROWS), "y").get(0).length);
  }

  @Test
  void itReadsTheColumnsThatTheModelReads() {
    Dataset<Row> renamed = ROWS.withColumnRenamed("features", "x");
    var other = model.copy(ParamMap.empty()).setFeaturesCol("x");
    assertSame(
        vectors(model.activations(ROWS, "features3", "y"), "y"),
        vectors(other.activations(renamed, "features3", "y"), "y"),
        0);
  }

  /** Of ids from 1 to 9, 0 as padding within a row, and none at its end. */
  @Test
  void aRowsPaddingIsLeftOut() {
    Dataset<Row> rows =
        table(
            schema(Tables.field("features", "array<int>"), Tables.field("label", "double")),
            row(List.of(1, 2, 3), 0.0),
            row(List.of(4), 1.0),
            row(List.of(5, 0, 7, 8), 0.0),
            row(List.of(9, 9), 1.0));
    PipelineModel fitted =
        fit(
            rows,
            new Embedding().setInputDim(10).setOutputDim(2).setPaddingIndex(0),
            new TransformerEncoder().setNumHeads(1).setFeedForwardSize(3),
            new GlobalAveragePooling1D());
    var trained = head(fitted);
    Dataset<Row> scored = trained.activations(rows, "embedding", "words");
    scored = trained.activations(scored, "transformerencoder", "contexts");
    scored = trained.activations(scored, "transformerencoder/0/attention", "attended");
    scored = trained.activations(scored, "globalaveragepooling1d", "mean");
    double[] table = weight(trained, "embedding/embeddings");
    for (Row row : scored.collectAsList()) {
      List<Integer> ids = row.getList(0);
      double[] words = row.<Vector>getAs("words").toArray();
      double[] contexts = row.<Vector>getAs("contexts").toArray();
      assertEquals(2 * ids.size(), words.length);
      assertEquals(2 * ids.size(), contexts.length);
      assertEquals(2 * ids.size(), row.<Vector>getAs("attended").size());
      double[] mean = new double[2];
      long count = ids.stream().filter(id -> id != 0).count();
      for (int step = 0; step < ids.size(); step++) {
        for (int k = 0; k < 2; k++) {
          int id = ids.get(step);
          assertEquals(id == 0 ? 0 : table[2 * id + k], words[2 * step + k]);
          assertEquals(id == 0, contexts[2 * step + k] == 0);
          mean[k] += contexts[2 * step + k] / count;
        }
      }
      assertArrayEquals(mean, row.<Vector>getAs("mean").toArray(), 1e-6);
    }
    var field = scored.schema().apply("words");
    assertEquals(-1, AttributeGroup.fromStructField(field).size());
    assertArrayEquals(new long[] {-1, 2}, field.metadata().getLongArray("spark_nn_shape"));
  }

  @Test
  void mistakesAreRefused() {
    assertRefused("conv", "y", "there is no layer 'conv'; the layers are [features, reshape, conv");
    assertRefused("conv2d", "label", "column 'label' exists already");
  }

  private static void assertRefused(String layer, String column, String said) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> model.activations(ROWS, layer, column))
            .getMessage();
    assertTrue(message.contains(said), message);
    assertEquals(1, message.lines().count(), message);
  }
}
