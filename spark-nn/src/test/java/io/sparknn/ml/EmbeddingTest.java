package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Network.Slot;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Embedding;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embeddings in pipelines: trained, frozen, of several columns, and of words from elsewhere. */
class EmbeddingTest {
  private static final StructType IDS =
      schema(field("features", "array<int>"), field("label", "double"));

  @TempDir Path folder;

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(rows);
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier().setMaxIter(40).setStepSize(0.05).setBatchSize(16);
  }

  private static double accuracy(PipelineModel model, Dataset<Row> rows) {
    Dataset<Row> scored = model.transform(rows);
    return scored.where(scored.col("prediction").equalTo(scored.col("label"))).count()
        / (double) rows.count();
  }

  private static NeuralNetworkClassificationModel network(PipelineModel model) {
    return (NeuralNetworkClassificationModel) model.stages()[model.stages().length - 1];
  }

  private static float[] embeddings(PipelineModel model) {
    for (Slot slot : network(model).network().slots()) {
      if (slot.weight().name().equals("embeddings")) {
        Tensor table = slot.in(network(model).files().weights());
        return Arrays.copyOfRange(table.data(), table.offset(), table.offset() + table.size());
      }
    }
    throw new AssertionError("there is no embedding");
  }

  /** The label is whether the two ids are both even or both odd. */
  private static Dataset<Row> pairs() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      rows.add(row(new int[] {i / 8, i % 8}, (double) ((i / 8 + i) % 2)));
    }
    return table(IDS, rows);
  }

  @Test
  void idsAreLearntEndToEnd() throws IOException {
    PipelineModel model =
        fit(
            pairs(),
            new Embedding().setInputDim(8).setOutputDim(4).setEmbeddingsInitializer("normal(0, 1)"),
            new Flatten(),
            new Dense().setUnits(16).setActivation("tanh"),
            head());
    assertEquals(1, accuracy(model, pairs()));
    model.write().overwrite().save(folder + "/model");
    assertEquals(
        model.transform(pairs()).collectAsList(),
        PipelineModel.load(folder + "/model").transform(pairs()).collectAsList());
  }

  @Test
  void columnsHaveIdsOfTheirOwn() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      rows.add(row(new int[] {i % 3, i % 4, i % 5}, i % 3 == 1 ? 1.0 : 0.0));
    }
    Dataset<Row> table = table(IDS, rows);
    PipelineModel model =
        fit(table, new Embedding().setInputDim(3, 4, 5).setOutputDim(2), new Flatten(), head());
    assertEquals(12 * 2, embeddings(model).length);
    assertEquals(1, accuracy(model, table));
  }

  @Test
  void vectorsFromElsewhereAreFirstValues() {
    String[] words = {"the", "cat", "dog", "sat"};
    StructType columns = schema(field("tokens", "array<string>"), field("label", "double"));
    Dataset<Row> text =
        table(
            columns,
            row(new String[] {"the", "cat", "sat"}, 0.0),
            row(new String[] {"the", "dog", "sat"}, 1.0));
    TokenIndexerModel indexer = new TokenIndexer().fit(text);
    List<Row> vectors = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      vectors.add(row(words[i], Vectors.dense(i, -i, 0.5)));
    }
    Dataset<Row> known =
        table(schema(field("word", "string"), field("vector", Tables.VECTOR)), vectors);
    EmbeddingVectors first = EmbeddingVectors.of(known, "word", "vector", indexer.vocabulary());
    String file = folder + "/vectors.safetensors";
    first.write(file);
    for (boolean trainable : new boolean[] {false, true}) {
      PipelineModel model =
          fit(
              text,
              indexer,
              new Embedding()
                  .setInputDim(first.size())
                  .setOutputDim(first.dimension())
                  .setInitialWeights(file)
                  .setTrainable(trainable),
              new Flatten(),
              head().setMaxIter(1));
      float[] table = embeddings(model);
      int changed = 0;
      for (int id = 0; id < first.size(); id++) {
        float[] now = Arrays.copyOfRange(table, 3 * id, 3 * id + 3);
        changed += Arrays.equals(first.vector(id), now) ? 0 : 1;
      }
      assertEquals(trainable ? words.length : 0, changed, "those of all words but the reserved");
    }
  }

  @Test
  void anIdBeyondTheTableIsExplained() {
    PipelineStage[] stages = {
      new Embedding().setInputDim(7).setOutputDim(4), new Flatten(), head().setMaxIter(1)
    };
    String message = assertThrows(Exception.class, () -> fit(pairs(), stages)).getMessage();
    assertTrue(
        message.contains(
            "expects whole numbers from 0 to 6 as ids (inputDim 7); received 7 at position"),
        message);
  }

  @Test
  void aStageWithoutSizesIsRefused() {

    Embedding stage = new Embedding();
    assertEquals(
        stage.uid() + ": outputDim must be set: the numbers of a vector",
        refusal(stage.setInputDim(3), IDS));
  }

  private static String refusal(Embedding stage, StructType schema) {
    return assertThrows(IllegalArgumentException.class, () -> stage.transformSchema(schema))
        .getMessage();
  }

  @Test
  void embeddingsComeBackAsADataFrame() {
    PipelineModel model =
        fit(
            pairs(),
            new Embedding().setInputDim(8).setOutputDim(4).setName("pairs"),
            new Flatten(),
            head().setMaxIter(1));
    List<Row> rows = network(model).embeddings(spark(), "pairs").orderBy("id").collectAsList();
    float[] table = embeddings(model);
    assertEquals(8, rows.size());
    for (Row row : rows) {
      Vector vector = row.getAs("vector");
      for (int i = 0; i < 4; i++) {
        assertEquals(table[4 * row.getInt(0) + i], vector.apply(i));
      }
    }
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> network(model).embeddings(spark(), "other"))
            .getMessage();
    assertTrue(
        message.contains("there is no Embedding 'other'; the weights are [pairs/emb"), message);
  }
}
