package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Embedding;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.GlobalAveragePooling1D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.Tokenizer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many ids an Embedding has, and what becomes of others. */
class EmbeddingIdsTest {

  @TempDir static Path folder;

  private static final String[] COLORS = {"red", "green", "blue", "black"};

  private static Dataset<Row> colors() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      rows.add(row(COLORS[i % 4], COLORS[i % 3], i % 4 == 0 ? 1.0 : 0.0));
    }
    return table(
        schema(field("a", "string"), field("b", "string"), field("label", "double")), rows);
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier().setMaxIter(2).setBatchSize(8);
  }

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(rows);
  }

  private static String network(PipelineModel model) {
    return ((NetworkModel<?>) model.stages()[model.stages().length - 1]).describeNetwork();
  }

  @Test
  void stringIndexerTells() throws IOException {
    PipelineModel model =
        fit(
            colors(),
            new StringIndexer().setInputCol("a").setOutputCol("features"),
            new Embedding().setOutputDim(3),
            head());
    assertTrue(
        network(model).matches("(?s).*embedding +features +\\(3\\) +12\\b.*"), network(model));
    assertEquals(24, model.transform(colors()).select("prediction").collectAsList().size());
    model.write().overwrite().save(folder + "/colors");
    PipelineModel loaded = PipelineModel.load(folder + "/colors");
    assertEquals(
        model.transform(colors()).select("probability").collectAsList(),
        loaded.transform(colors()).select("probability").collectAsList());
  }

  @Test
  void vectorAssemblerKeepsWhatStringIndexerTells() {
    PipelineModel model =
        fit(
            colors(),
            new StringIndexer()
                .setInputCols(new String[] {"a", "b"})
                .setOutputCols(new String[] {"i", "k"}),
            new VectorAssembler().setInputCols(new String[] {"i", "k"}).setOutputCol("features"),
            new Embedding().setOutputDim(2),
            new Flatten(),
            head());
    assertTrue(network(model).matches("(?s).*embedding +features +\\(2, 2\\) +14\\b.*"));
  }

  @Test
  void tokenIndexerTells() {
    Dataset<Row> texts =
        table(
            schema(field("text", "string"), field("label", "double")),
            row("a b c", 0.0),
            row("b", 1.0),
            row("c a", 0.0));
    PipelineModel model =
        fit(
            texts,
            new Tokenizer().setInputCol("text").setOutputCol("tokens"),
            new TokenIndexer(),
            new Embedding().setOutputDim(2),
            new GlobalAveragePooling1D(),
            head());
    assertTrue(network(model).matches("(?s).*embedding +features +\\(ragged, 2\\) +10\\b.*"));
    assertEquals(3, model.transform(texts).select("prediction").collectAsList().size());
  }

  private static Dataset<Row> ids(String type, Object... ids) {
    List<Row> rows = new ArrayList<>();
    for (Object id : ids) {
      rows.add(row(id, rows.size() % 2.0));
    }
    return table(schema(field("features", type), field("label", "double")), rows);
  }

  @Test
  void ifNothingTellsItMustBeSet() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> fit(ids("int", 0, 1, 2), new Embedding().setOutputDim(2), head()));
    assertTrue(
        e.getMessage()
            .endsWith(
                "embedding: the number of ids is not known: set inputDim, or give it a column that tells, as StringIndexer and TokenIndexer make it"),
        e.getMessage());
  }

  @Test
  void rawIdsAreScoredWithoutMetadata() {
    Embedding stage = new Embedding().setOutputDim(2);
    PipelineModel model =
        fit(colors(), new StringIndexer().setInputCol("a").setOutputCol("features"), stage, head());
    var network = (NeuralNetworkClassificationModel) model.stages()[2];
    Dataset<Row> raw = ids("int", 0, 1, 2, 3);
    assertEquals(4, network.transform(stage.transform(raw)).collectAsList().size());
    assertEquals(4, network.transform(raw).collectAsList().size());
  }

  @Test
  void otherIdsAreKeptOnRequest() {
    Embedding stage = new Embedding().setInputDim(3).setOutputDim(2).setHandleInvalid("keep");
    PipelineModel model = fit(ids("int", 0, 1, 2, 9, -1), stage, head());
    assertTrue(network(model).matches("(?s).*embedding +features +\\(2\\) +8\\b.*"));
    List<Row> rows =
        model
            .transform(ids("bigint", 5L, -3L, (1L << 24) + 1, 2L))
            .select("probability")
            .collectAsList();
    assertEquals(rows.get(0), rows.get(1));
    assertEquals(rows.get(0), rows.get(2));
    assertTrue(!rows.get(0).equals(rows.get(3)));
  }

  @Test
  void otherIdsAreExplainedInScoring() {
    PipelineModel model =
        fit(ids("int", 0, 1, 2), new Embedding().setInputDim(3).setOutputDim(2), head());
    Exception e =
        assertThrows(
            Exception.class, () -> model.transform(ids("int", 0, 1 << 24)).collectAsList());
    assertTrue(
        String.valueOf(e)
            .contains(
                "embedding: expects whole numbers from 0 to 2 as ids (inputDim 3); received 16777216 at position 0 of a row: set inputDim above the greatest id, or handleInvalid to keep"),
        String.valueOf(e));
  }

  @Test
  void aNumberGivesAVectorAndAnArrayASequence() {
    Embedding stage = new Embedding().setInputDim(3).setOutputDim(2);
    fit(ids("double", 0.0, 1.0, 2.0), stage, new Dense().setUnits(2), head());
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                fit(
                    ids("array<int>", List.of(0), List.of(1)),
                    stage,
                    new Dense().setUnits(2),
                    head()));
    assertTrue(e.getMessage().contains("put a Flatten or a pooling layer before it"));
    fit(ids("array<int>", List.of(0), List.of(1)), stage, new Flatten(), head());
  }
}
