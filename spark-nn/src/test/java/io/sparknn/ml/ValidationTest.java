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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import io.sparknn.training.Progress;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValidationTest {

  private static final Dataset<Row> ROWS =
      partitioned(LABELED, clouds(90, 3), 40, 50)
          .withColumn("held", functions.expr("cast(abs(hash(features)) % 3 = 0 as boolean)"))
          .cache();

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier().setMaxIter(4).setBatchSize(16).setSeed(2);
  }

  private static NeuralNetworkClassificationModel fit(
      Dataset<Row> rows, NeuralNetworkClassifier head) {
    PipelineStage[] stages = {new Dense().setUnits(6).setActivation("relu"), head};
    return (NeuralNetworkClassificationModel)
        new Pipeline().setStages(stages).fit(rows).stages()[1];
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs", "barrier"})
  void rowsThatAreHeldBackAreNotTrainedOn(String mode) {
    NeuralNetworkClassificationModel model =
        fit(ROWS, head().setValidationIndicatorCol("held").setAggregationMode(mode));
    NeuralNetworkClassificationModel without = fit(ROWS.filter("not held"), head());
    assertArrayEquals(without.files().weights(), model.files().weights(), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs", "barrier"})
  void theirFiguresAreThoseOfTheModel(String mode) {
    NeuralNetworkClassificationModel model =
        fit(ROWS, head().setValidationIndicatorCol("held").setAggregationMode(mode));
    Dataset<Row> scored = model.transform(ROWS.filter("held"));
    Progress last = model.summary().epochs().get(3);
    assertEquals(
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored),
        last.validationMetric(),
        1e-9);
    assertEquals(
        new MulticlassClassificationEvaluator().setMetricName("logLoss").evaluate(scored),
        last.validationLoss(),
        1e-5);
    assertEquals(last.validationLoss(), model.summary().validationHistory()[3]);
  }

  @Test
  void aFractionIsChosenAtRandom() {
    NeuralNetworkClassificationModel model = fit(ROWS, head().setValidationFraction(0.3));
    long trained = model.summary().epochs().get(0).rows();
    assertTrue(trained > 45 && trained < 80, "trained on " + trained);
    assertTrue(model.summary().epochs().get(0).hasValidation());
  }

  @Test
  void trainingStopsAtTheBestEpoch() {
    NeuralNetworkClassifier head =
        head().setValidationIndicatorCol("held").setMaxIter(200).setStepSize(0.3).setPatience(3);
    NeuralNetworkClassificationModel model = fit(ROWS, head);
    List<Progress> epochs = model.summary().epochs();
    Progress best =
        epochs.stream().min(Comparator.comparingDouble(Progress::validationLoss)).orElseThrow();
    assertTrue(epochs.size() < 200, "stopped");
    assertEquals(best.epoch(), model.summary().bestEpoch());
    assertEquals(best.epoch() + 3, epochs.size());
    assertArrayEquals(
        fit(
                ROWS,
                head().setValidationIndicatorCol("held").setStepSize(0.3).setMaxIter(best.epoch()))
            .files()
            .weights(),
        model.files().weights(),
        0);
  }

  @Test
  void crossValidationKeepsEarlyStopping() {
    NeuralNetworkClassifier head = head().setMaxIter(100).setStepSize(0.3);
    ParamMap[] grid = new ParamGridBuilder().addGrid(head.patience(), new int[] {1, 2}).build();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(head.setValidationFraction(0.2))
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator())
            .setNumFolds(2)
            .fit(ROWS);
    NeuralNetworkClassificationModel best = (NeuralNetworkClassificationModel) model.bestModel();
    assertTrue(best.summary().epochs().size() < 100);
    assertTrue(best.summary().bestEpoch() > 0);
  }

  @Test
  void mistakesAreExplained() {
    assertMistake(
        head().setValidationIndicatorCol("label"),
        "validationIndicatorCol 'label' must be boolean; it is double");
    assertMistake(
        head().setValidationIndicatorCol("held").setValidationFraction(0.5),
        "validationIndicatorCol is 'held' and validationFraction is 0.5: set one of them");
    assertMistake(head().setValidationIndicatorCol("nothing"), "there is no column 'nothing'");
  }

  private static void assertMistake(NeuralNetworkClassifier head, String expected) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> fit(ROWS, head)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void emptySetsSayWhichTheyAre() {
    StructType type =
        schema(
            field("features", "double"),
            field("label", "double"),
            field("kept", "boolean"),
            field("weight", "double"));
    NeuralNetworkRegressor head =
        new NeuralNetworkRegressor().setMaxIter(1).setValidationIndicatorCol("kept");
    Dataset<Row> none = table(type, row(1.0, 1.0, false, 1.0), row(2.0, 1.0, null, 1.0));
    assertRefused(
        head, none, "no row to validate on", "those where validationIndicatorCol 'kept' is true");
    Dataset<Row> all = table(type, row(1.0, 1.0, true, 1.0));
    assertRefused(head, all, "no row to train on beside those kept for validation", "'kept'");
    Dataset<Row> light = table(type, row(1.0, 1.0, true, 0.0), row(2.0, 1.0, false, 1.0));
    assertRefused(
        head.copy(ParamMap.empty()).setWeightCol("weight"),
        light,
        "weights of all rows kept for validation",
        "nothing to validate on");
    assertRefused(
        new NeuralNetworkRegressor().setValidationFraction(1e-9),
        none,
        "no row to validate on",
        "validationFraction 1.0E-9");
    assertRefused(
        new NeuralNetworkClassifier().setMaxIter(1).setValidationIndicatorCol("kept"),
        table(type, row(1.0, 0.0, false, 1.0), row(1.0, 1.0, false, 1.0), row(1.0, 0.5, true, 1.0)),
        "received 0.5");
  }

  private static void assertRefused(
      NetworkEstimator<?, ?> head, Dataset<Row> rows, String... said) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> head.fit(rows)).getMessage();
    for (String words : said) {
      assertTrue(message.contains(words), message);
    }
  }
}
