package io.sparknn.ml;

import static io.sparknn.ml.Tables.VECTOR;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorRegressionEvaluatorTest {

  @TempDir static Path folder;

  private static final StructType PAIRS =
      schema(
          field("label", VECTOR), field("prediction", "array<float>"), field("weight", "double"));

  private static Row pair(double y0, double y1, float p0, float p1, double weight) {
    return row(Vectors.dense(y0, y1), List.of(p0, p1), weight);
  }

  private static Dataset<Row> pairs() {
    return table(PAIRS, pair(1, 10, 1, 12, 1), pair(3, 10, 2, 10, 1), pair(5, 16, 5, 16, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "mse, 0.8333333333333333, 0.625",
    "rmse, 0.9128709291752769, 0.7905694150420949",
    "mae, 0.5, 0.375",
    // Targets' means 3 and 12, or 3.5 and 13 by weight; spreads 8 and 24, or 11 and 36.
    "r2, 0.8541666666666666, 0.8989898989898990"
  })
  void eachMetricIsAMeanOverTargets(String metric, double plain, double weighted) {
    VectorRegressionEvaluator evaluator = new VectorRegressionEvaluator().setMetricName(metric);
    assertEquals(plain, evaluator.evaluate(pairs()), 1e-12);
    assertEquals(weighted, evaluator.setWeightCol("WEIGHT").evaluate(pairs()), 1e-12);
    assertEquals(metric.equals("r2"), evaluator.isLargerBetter());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mse", "rmse", "mae", "r2"})
  void ofOneTargetItIsSparksOwn(String metric) {
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      rows.add(row(3 + random.nextGaussian(), 3 + random.nextGaussian(), random.nextDouble()));
    }
    Dataset<Row> table =
        table(
            schema(field("label", "double"), field("prediction", "double"), field("w", "double")),
            rows);
    RegressionEvaluator expected = new RegressionEvaluator().setMetricName(metric);
    VectorRegressionEvaluator actual = new VectorRegressionEvaluator().setMetricName(metric);
    assertEquals(expected.evaluate(table), actual.evaluate(table), 1e-12);
    // Spark scales the labels' spread by something else than the sum of weights.
    if (!metric.equals("r2")) {
      assertEquals(
          expected.setWeightCol("w").evaluate(table),
          actual.setWeightCol("w").evaluate(table),
          1e-12);
    }
  }

  @Test
  void aTargetThatIsAlwaysTheSameIsExplainedOrNot() {
    VectorRegressionEvaluator r2 = new VectorRegressionEvaluator().setMetricName("r2");
    assertEquals(1, r2.evaluate(table(PAIRS, pair(1, 2, 1, 2, 1), pair(1, 2, 1, 2, 1))));
    assertEquals(0.5, r2.evaluate(table(PAIRS, pair(1, 2, 1, 3, 1), pair(1, 2, 1, 2, 1))));
  }

  @Test
  void badRowsAreNamed() {
    assertRefused(table(PAIRS), "no row");
    assertRefused(table(PAIRS, pair(1, Double.NaN, 1, 1, 1)), "'label' has the value NaN");
    assertRefused(table(PAIRS, pair(1, 1, 1, 1, -2)), "'weight' has the weight -2.0");
    assertRefused(
        table(PAIRS, row(Vectors.dense(1, 2), Arrays.asList(1f, null), 1.0)),
        "'prediction' has a null");
    assertRefused(table(PAIRS, row(null, List.of(1f), 1.0)), "'label' has a null");
    assertRefused(
        table(PAIRS, row(Vectors.dense(1, 2), List.of(1f), 1.0)),
        "2 numbers in column 'label' but 1 in column 'prediction'");
    assertRefused(
        table(PAIRS, pair(1, 2, 1, 2, 1), row(Vectors.dense(1), List.of(1f), 1.0)),
        "rows of 2 and of 1 numbers");
    assertRefused(table(PAIRS).drop("label"), "there is no column 'label'");
    assertRefused(
        table(schema(field("label", "string"), field("prediction", "double"))),
        "'label' is of type string");
  }

  private static void assertRefused(Dataset<Row> rows, String said) {
    VectorRegressionEvaluator evaluator = new VectorRegressionEvaluator().setWeightCol("weight");
    String message =
        assertThrows(IllegalArgumentException.class, () -> evaluator.evaluate(rows)).getMessage();
    assertTrue(message.startsWith(evaluator.uid() + ": "), message);
    assertTrue(message.contains(said), message);
  }

  @Test
  void crossValidatorChoosesByItAndKeepsIt() throws Exception {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      double x = i / 20.0 - 1;
      rows.add(row(Vectors.dense(x), List.of(x, -2 * x)));
    }
    Dataset<Row> table =
        table(schema(field("features", VECTOR), field("label", "array<double>")), rows);
    NeuralNetworkRegressor head = new NeuralNetworkRegressor().setMaxIter(20);
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(head)
            .setEstimatorParamMaps(
                new ParamGridBuilder().addGrid(head.stepSize(), new double[] {1e-6, 0.3}).build())
            .setEvaluator(new VectorRegressionEvaluator().setMetricName("r2"))
            .setNumFolds(2);
    CrossValidatorModel model = validator.fit(table);
    assertTrue(model.avgMetrics()[1] > 0.9, () -> Arrays.toString(model.avgMetrics()));
    assertTrue(model.avgMetrics()[1] > model.avgMetrics()[0]);
    assertEquals(0.3, (double) model.bestModel().parent().getOrDefault(head.stepSize()));
    validator.write().overwrite().save(folder + "/validator");
    var evaluator =
        (VectorRegressionEvaluator) CrossValidator.load(folder + "/validator").getEvaluator();
    assertEquals("r2", evaluator.getMetricName());
    assertEquals("mae", copied(evaluator, "mae").getMetricName());
    assertEquals("r2", evaluator.getMetricName());
    assertFalse(copied(evaluator, "mae").isLargerBetter());
  }

  private static VectorRegressionEvaluator copied(
      VectorRegressionEvaluator evaluator, String metric) {
    return evaluator.copy(new ParamMap().put(evaluator.metricName(), metric));
  }
}
