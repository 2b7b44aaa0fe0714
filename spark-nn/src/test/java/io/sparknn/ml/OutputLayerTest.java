package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Dot;
import io.sparknn.ml.layer.Embedding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Heads with and without a layer of their own, and layers that end with what a head does itself.
 */
class OutputLayerTest {
  private static final Dataset<Row> ROWS = partitioned(LABELED, clouds(45, 3), 20, 25);

  @TempDir static Path folder;

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier()
        .setMaxIter(3)
        .setBatchSize(9)
        .setStepSize(0.01)
        .setUseOutputLayer(false);
  }

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(rows);
  }

  private static Dense dense(int units) {
    return new Dense().setUnits(units);
  }

  private static NeuralNetworkClassificationModel last(PipelineModel model) {
    return (NeuralNetworkClassificationModel) model.stages()[model.stages().length - 1];
  }

  private static String refusal(Dataset<Row> rows, PipelineStage... stages) {
    return assertThrows(IllegalArgumentException.class, () -> fit(rows, stages)).getMessage();
  }

  @Test
  void theLayersOutputsAreTheHeads() throws IOException {
    PipelineModel model = fit(ROWS, dense(4).setActivation("tanh"), dense(3), head());
    NeuralNetworkClassificationModel network = last(model);
    assertEquals(3, network.numClasses());
    assertEquals(4 * 4 + 4 + 4 * 3 + 3, network.numWeights());
    // The same network as with the head's own layer.
    PipelineModel twin = fit(ROWS, dense(4).setActivation("tanh"), head().setUseOutputLayer(true));
    assertArrayEquals(network.files().weights(), last(twin).files().weights());
    List<Row> scores = model.transform(ROWS).select("probability").collectAsList();
    assertEquals(twin.transform(ROWS).select("probability").collectAsList(), scores);
    model.write().overwrite().save(folder + "/pipeline");
    PipelineModel loaded = PipelineModel.load(folder + "/pipeline");
    assertFalse(last(loaded).getUseOutputLayer());
    assertEquals(scores, loaded.transform(ROWS).select("probability").collectAsList());
    assertThrows(
        IllegalArgumentException.class,
        () -> network.transform(dense(5).transform(ROWS)),
        "other layers than those trained");
  }

  @Test
  void theNumberOfOutputsIsChecked() {
    String message = refusal(ROWS, dense(4), head());
    assertTrue(
        message.endsWith(
            "column 'features' carries a network of output shape (4) where the label takes (3), one output a class or target, and two for a binary label: let its layers end with as many outputs, or set useOutputLayer to true"),
        message);
    Dataset<Row> binary = partitioned(LABELED, clouds(20, 2), 10, 10);
    assertTrue(
        refusal(binary, dense(1), head()).contains("output shape (1) where the label takes (2)"));
    fit(binary, dense(2), head());
  }

  @Test
  void withoutAnyWeightsThereIsNothingToTrain() {
    assertTrue(refusal(ROWS, head()).contains("carries no layer with weights to train"));
    assertTrue(
        refusal(ROWS, dense(3).setTrainable(false), head())
            .contains("carries no layer with weights to train"));
  }

  @Test
  void aDotProductOfEmbeddingsIsAPrediction() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(row(i % 4, i % 5, (double) ((i % 4) * (i % 5))));
    }
    Dataset<Row> ratings =
        table(schema(field("user", "int"), field("item", "int"), field("label", "double")), rows);
    PipelineModel model =
        fit(
            ratings,
            new Embedding().setInputDim(4).setOutputDim(3).setInputCol("user").setOutputCol("u"),
            new Embedding().setInputDim(5).setOutputDim(3).setInputCol("item").setOutputCol("i"),
            new Dot().setInputCols("u", "i"),
            new NeuralNetworkRegressor()
                .setUseOutputLayer(false)
                .setMaxIter(400)
                .setStepSize(0.05)
                .setBatchSize(40));
    double error = 0;
    for (Row row : model.transform(ratings).select("label", "prediction").collectAsList()) {
      error = Math.max(error, Math.abs(row.getDouble(0) - row.getDouble(1)));
    }
    assertTrue(error < 0.1, "error: " + error);
  }

  @Test
  void severalLabelsAndTargets() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(row(Vectors.dense(i % 2, i % 3), Vectors.dense(i % 2, i % 3 == 0 ? 1 : 0)));
    }
    Dataset<Row> flags =
        table(schema(field("features", Tables.VECTOR), field("label", Tables.VECTOR)), rows);
    assertTrue(last(fit(flags, dense(2), head())).isMultiLabel());
    assertTrue(refusal(flags, dense(3), head()).contains("where the label takes (2)"));
    fit(flags, dense(2), new NeuralNetworkRegressor().setUseOutputLayer(false).setMaxIter(1));
  }

  @Test
  void aTrainedBodyMovesWithAndWithoutATop() throws IOException {
    PipelineModel whole = fit(ROWS, dense(3).setName("body"), dense(3).setName("out"), head());
    last(whole).write().overwrite().save(folder + "/whole");
    // All layers of a network without a head's own are its body.
    NeuralNetworkClassifier next =
        head().setUseOutputLayer(true).setInitialModel(folder + "/whole").setFrozenLayers("*");
    NeuralNetworkClassificationModel body =
        last(fit(ROWS, dense(3).setName("body"), dense(3).setName("out"), next));
    float[] first = last(whole).files().weights();
    float[] moved = body.files().weights();
    assertArrayEquals(first, Arrays.copyOfRange(moved, moved.length - first.length, moved.length));
    assertTrue(
        refusal(ROWS, dense(3), head().setFrozenLayers("*")).contains("leave nothing to train"));
    fit(
        ROWS,
        dense(3).setName("body"),
        dense(3).setName("out"),
        head().setIncludeTop(false).setInitialModel(folder + "/whole"));
  }

  private static List<String> findings(PipelineStage... stages) {
    return last(fit(ROWS, stages)).summary().findings().stream()
        .filter(text -> text.contains("learns slowly"))
        .toList();
  }

  @Test
  void softmaxTwiceIsAFinding() {
    NeuralNetworkClassifier own = head().setUseOutputLayer(true);
    assertEquals(
        List.of(
            "the layers before the head end with softmax, and the head adds a dense layer and applies softmax itself, so that training learns slowly: leave that softmax out, or, if the layers' outputs are to be the head's, set useOutputLayer to false as well"),
        findings(dense(3).setActivation("softmax"), own));
    assertEquals(1, findings(dense(3), new Activation().setActivation("log_softmax"), own).size());
    assertEquals(0, findings(dense(3).setActivation("sigmoid"), own).size());
    assertEquals(0, findings(dense(3).setActivation("softmax"), dense(3), own).size());
    assertEquals(
        List.of(
            "the layers before the head end with sigmoid, and the head applies softmax to their outputs once more, so that training learns slowly: let them end with a linear activation"),
        findings(dense(3).setActivation("sigmoid"), head()));
    assertEquals(1, findings(dense(3).setActivation("softmax"), head()).size());
    assertEquals(0, findings(dense(3).setActivation("log_softmax"), head()).size());
    assertEquals(0, findings(dense(3), head()).size());
  }
}
