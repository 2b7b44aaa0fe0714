package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import io.sparknn.training.Progress;
import io.sparknn.training.Times;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a training once it has ended, and which epoch it keeps. */
class TrainingReviewTest {

  private static final int ROWS = 300;

  /** {@code unit * (2 x + 1 + noise)}. */
  private static Dataset<Row> line(double features, double unit, double noise) {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double x = random.nextGaussian();
      rows.add(labeled(unit * (2 * x + 1 + noise * random.nextGaussian()), features * x));
    }
    return table(LABELED, rows);
  }

  private static NeuralNetworkRegressor lbfgs(int maxIter) {
    return new NeuralNetworkRegressor()
        .setSolver("lbfgs")
        .setStepSize(1)
        .setBatchSize(ROWS)
        .setMaxIter(maxIter);
  }

  private static double r2(NeuralNetworkRegressionModel model, Dataset<Row> rows) {
    return new RegressionEvaluator().setMetricName("r2").evaluate(model.transform(rows));
  }

  @ParameterizedTest
  @CsvSource({"1, 1e-6", "1, 1e-5", "1, 1e6", "1e3, 1", "1e-3, 1e-5"})
  void lbfgsFitsLabelsAndFeaturesOfAnyUnit(double features, double unit) {
    Dataset<Row> rows = line(features, unit, 0);
    NeuralNetworkRegressionModel model = lbfgs(60).fit(rows);
    assertTrue(r2(model, rows) > 0.99999, "r2 is " + r2(model, rows));
    assertEquals(List.of(), findings(model));
  }

  /** All but that a model without layers is linear. */
  private static List<String> findings(NetworkModel<?> model) {
    return model.summary().findings().stream()
        .filter(finding -> !finding.contains("carries no layer"))
        .toList();
  }

  @Test
  void aConstantLabelIsLearned() {
    Dataset<Row> rows = line(1, 1, 0).withColumn("label", functions.lit(7e5));
    NeuralNetworkRegressionModel model = lbfgs(40).fit(rows);
    assertEquals(0, model.transform(rows).filter("abs(prediction - 7e5) > 1").count());
    assertEquals(List.of(), findings(model));
  }

  @Test
  void aSolverThatHasNotConvergedIsAFinding() {
    List<String> findings = findings(lbfgs(3).fit(line(1, 1e-5, 0.5)));
    assertEquals(1, findings.size(), findings::toString);
    assertTrue(
        findings.get(0).startsWith("solver lbfgs was ended by maxIter 3 before it converged"),
        findings::toString);
    assertEquals(List.of(), findings(lbfgs(40).fit(line(1, 1e-5, 0.5))));
  }

  @Test
  void aSolverThatNeedsAllRowsSaysSo() {
    List<String> findings = findings(lbfgs(3).setBatchSize(128).fit(line(1, 1, 0.5)));
    assertEquals(
        "solver lbfgs needs all 300 rows in each batch, but batchSize is 128: set it to at least"
            + " 300, or choose another solver",
        findings.get(0));
  }

  /** Few rows, noisy labels and large steps. */
  private static NeuralNetworkClassifier overfitting() {
    return new NeuralNetworkClassifier()
        .setMaxIter(30)
        .setBatchSize(20)
        .setStepSize(0.05)
        .setSeed(3)
        .setValidationIndicatorCol("held");
  }

  private static Dataset<Row> noisy() {
    Random random = new Random(2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      double[] x = random.doubles(8, -1, 1).toArray();
      rows.add(labeled(x[0] + 0.8 * random.nextGaussian() > 0 ? 1 : 0, x));
    }
    return table(LABELED, rows)
        .withColumn("held", functions.expr("cast(abs(hash(features)) % 2 = 0 as boolean)"));
  }

  private static NeuralNetworkClassificationModel fit(NeuralNetworkClassifier head) {
    PipelineStage[] stages = {new Dense().setUnits(32).setActivation("relu"), head};
    return (NeuralNetworkClassificationModel)
        new Pipeline().setStages(stages).fit(noisy()).stages()[1];
  }

  @Test
  void aBetterEpochThatWasPassedIsAFinding() {
    TrainingSummary summary = fit(overfitting()).summary();
    Progress best =
        summary.epochs().stream()
            .min(Comparator.comparingDouble(Progress::validationLoss))
            .orElseThrow();
    assertEquals(1, summary.findings().size(), summary.findings()::toString);
    String finding = summary.findings().get(0);
    assertTrue(
        finding.startsWith("epoch %s was better (validation loss 0.".formatted(best.epoch())),
        finding);
    assertTrue(finding.contains("set patience"), finding);
  }

  @Test
  void earlyStoppingNeedsNoSuchFinding() {
    assertEquals(List.of(), fit(overfitting().setPatience(3)).summary().findings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"metric", "accuracy", "val_accuracy", "val_metric"})
  void theMetricIsWatchedOnRequest(String monitor) {
    TrainingSummary summary = fit(overfitting().setPatience(30).setMonitor(monitor)).summary();
    Progress best =
        summary.epochs().stream()
            .max(
                Comparator.comparingDouble(Progress::validationMetric)
                    .thenComparing(Comparator.comparingInt(Progress::epoch).reversed()))
            .orElseThrow();
    assertEquals(best.epoch(), summary.bestEpoch());
  }

  /** An error is to become small. */
  @Test
  void anErrorIsWatchedOnRequest() {
    NeuralNetworkRegressor head =
        new NeuralNetworkRegressor()
            .setMonitor("mae")
            .setPatience(2)
            .setMaxIter(12)
            .setStepSize(0.05);
    TrainingSummary summary = head.fit(line(1, 1, 0.1)).summary();
    assertEquals(12, summary.bestEpoch(), "the error becomes less in every epoch");
  }

  @Test
  void whatCannotBeWatchedIsRefused() {
    assertRefused(
        "monitor must be loss, metric, or the metric's name",
        () -> overfitting().setMonitor("val_lost"));
    assertRefused(
        "monitor must be loss, metric or accuracy, which is the metric of the head's loss; received"
            + " mae",
        () -> overfitting().setMonitor("mae").transformSchema(noisy().schema()));
    NeuralNetworkClassifier head = new NeuralNetworkClassifier().setMonitor("val_loss");
    assertRefused(
        "monitor val_loss needs validation rows: set validationFraction or validationIndicatorCol,"
            + " or monitor to loss",
        () -> head.transformSchema(noisy().schema()));
  }

  private static void assertRefused(String expected, Runnable work) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count());
  }

  /** No feature tells anything. */
  @Test
  void aLossThatDoesNotFallIsAFinding() {
    Dataset<Row> rows =
        spark().range(0, 40, 1, 1).selectExpr("array(0d) as features", "id % 2 as label");
    List<String> findings =
        findings(new NeuralNetworkClassifier().setMaxIter(4).setBatchSize(20).fit(rows));
    assertEquals(1, findings.size(), findings::toString);
    assertTrue(findings.get(0).startsWith("the loss did not fall: it is 0.6"), findings::toString);
  }

  @Test
  void longWaitingIsAFinding() {
    TimeSplit split = new TimeSplit(new Times(5, 3, 0.5, 0.5, 0.5, 0.5), 10);
    assertEquals(
        "for 3.0 of 10.0 seconds replicas waited for the slowest one: repartition the data evenly,"
            + " and see to it that no executor is slower or busier than the others",
        split.skew().orElseThrow().text());
    IntStream.of(1, 100)
        .forEach(
            unit ->
                assertTrue(
                    new TimeSplit(new Times(0.8 * unit, 0.15 * unit, 0, 0, 0, 0), 10)
                        .skew()
                        .isEmpty()));
  }
}
