package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.VECTOR;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.LayerNormalization;
import io.sparknn.spark.BadValueException;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** A row whose scores are no numbers is refused in one sentence, whatever is asked for. */
class NotFiniteTest {

  private static final List<Row> GOOD = List.of(labeled(0, 1, 2), labeled(1, 2, 1));

  private static Dataset<Row> overflowing() {
    return table(LABELED, labeled(0, 1, 2), labeled(1, 3e38, -3e38), labeled(1, 2, 1)).coalesce(1);
  }

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(rows);
  }

  private static void assertRefused(Dataset<Row> scored, String... said) {
    Throwable cause = assertThrows(Exception.class, scored::collectAsList);
    while (!(cause instanceof BadValueException)) {
      cause = cause.getCause();
    }
    assertTrue(cause.getMessage().startsWith("a row cannot be scored, since "));
    for (String words : said) {
      assertTrue(cause.getMessage().contains(words), cause.getMessage());
    }
  }

  private static final String[] SAID = {
    "the output of layer 'hidden' is not finite",
    "column 'features' has values from -3.0E38 to 3.0E38",
    "scale the features, as StandardScaler does"
  };

  private static Dense hidden() {
    return new Dense()
        .setUnits(4)
        .setActivation("relu")
        .setKernelInitializer("constant(9)")
        .setBiasInitializer("ones")
        .setName("hidden");
  }

  @Test
  void classesVectorsAndActivationsAreRefused() {
    PipelineModel model =
        fit(table(LABELED, GOOD), hidden(), new NeuralNetworkClassifier().setMaxIter(1));
    Dataset<Row> bad = table(LABELED, labeled(0, 1, 2), labeled(1, 3e38, -1)).coalesce(1);
    assertRefused(
        model.transform(bad), SAID[0], "column 'features' has values from -1.0 to 3.0E38", SAID[2]);
    NetworkModel<?> network = (NetworkModel<?>) model.stages()[1];
    assertRefused(network.activations(bad, "hidden", "out"), SAID[0]);
    assertEquals(2, model.transform(table(LABELED, GOOD)).collectAsList().size());
  }

  /** Infinity less infinity: not a number, which no rectifier may turn into 0. */
  @Test
  void numbersOfSeveralTargetsOrOneAreRefused() {
    for (String type : List.of("double", "vector")) {
      Object label = type.equals("double") ? (Object) 1.0 : Vectors.dense(1, 2);
      Dataset<Row> rows =
          table(
              schema(
                  field("features", VECTOR),
                  type.equals("double") ? field("label", "double") : field("label", VECTOR)),
              row(Vectors.dense(1, 2), label));
      PipelineModel model =
          fit(rows, hidden(), hidden().setName("next"), new NeuralNetworkRegressor().setMaxIter(1));
      assertRefused(
          model.transform(overflowing().drop("label")),
          "column 'features' has values from -3.0E38");
    }
  }

  @Test
  void aNormalisationDoesNotHideIt() {
    PipelineModel model =
        fit(
            table(LABELED, GOOD),
            new LayerNormalization().setName("hidden"),
            new NeuralNetworkClassifier().setMaxIter(1));
    assertRefused(model.transform(overflowing()), SAID);
  }

  @Test
  void severalLabelsARowAreRefused() {
    Dataset<Row> rows =
        table(
            schema(field("features", VECTOR), field("label", VECTOR)),
            row(Vectors.dense(1, 2), Vectors.dense(0, 1, 1)));
    PipelineModel model = fit(rows, hidden(), new NeuralNetworkClassifier().setMaxIter(1));
    assertRefused(
        model.transform(table(LABELED, labeled(0, 3e38, 3e38))), "the output of layer 'hidden'");
  }

  @Test
  void rowsKeptForValidationAreNamed() {
    Dataset<Row> rows =
        table(
            schema(field("features", VECTOR), field("label", "double"), field("kept", "boolean")),
            row(Vectors.dense(1, 2), 0.0, false),
            row(Vectors.dense(2, 1), 1.0, false),
            row(Vectors.dense(3e38, 3e38), 1.0, true));
    NeuralNetworkClassifier head =
        new NeuralNetworkClassifier().setMaxIter(2).setValidationIndicatorCol("kept");
    String message =
        assertThrows(TrainingDivergedException.class, () -> fit(rows, hidden(), head)).getMessage();
    assertTrue(message.startsWith(head.uid() + ": the validation loss became "), message);
    assertTrue(message.contains("scale the features"), message);
  }
}
