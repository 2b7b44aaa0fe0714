package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.VECTOR;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.LinearRegression;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeuralNetworkRegressorTest {

  /** Makes gradient descent exact on small data. */
  private static NeuralNetworkRegressor descent(int steps) {
    return new NeuralNetworkRegressor()
        .setSolver("sgd")
        .setStepSize(0.1)
        .setMomentum(0.5)
        .setBatchSize(1000)
        .setMaxIter(steps);
  }

  private static List<Row> noisyLine() {
    Random random = new Random(4);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      rows.add(labeled(3 * x - y + 2 + random.nextGaussian(), x, y));
    }
    return rows;
  }

  @Test
  void withoutLayersItIsLinearRegression() {
    Dataset<Row> rows = table(LABELED, noisyLine());
    List<Row> expected =
        new LinearRegression().fit(rows).transform(rows).select("prediction").collectAsList();
    List<Row> actual = descent(40).fit(rows).transform(rows).select("prediction").collectAsList();
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).getDouble(0), actual.get(i).getDouble(0), 1e-3);
    }
  }

  @Test
  void aPredictionWithoutANameIsLeftOut() {
    Dataset<Row> rows = table(LABELED, noisyLine());
    var model = descent(1).setPredictionCol("").fit(rows);
    assertEquals(rows.schema(), model.transform(rows).schema());
    assertEquals(rows.collectAsList(), model.transform(rows).collectAsList());
  }

  @Test
  void learnsACurveByItsHiddenLayer() {
    List<Row> rows = new ArrayList<>();
    for (int i = -20; i <= 20; i++) {
      rows.add(labeled(Math.abs(i / 10.0), i / 10.0));
    }
    PipelineStage[] stages = {
      new Dense().setUnits(8).setActivation("tanh"),
      new NeuralNetworkRegressor().setMaxIter(120).setBatchSize(41).setStepSize(0.1).setSeed(2)
    };
    Dataset<Row> table = table(LABELED, rows);
    Dataset<Row> scored = new Pipeline().setStages(stages).fit(table).transform(table);
    double error =
        scored.selectExpr("avg(abs(prediction - label))").collectAsList().get(0).getDouble(0);
    assertTrue(error < 0.2, () -> "mean absolute error " + error);
  }

  /** The constant that each loss likes best: mean, median, and between them, 4 c = 1. */
  @ParameterizedTest
  @CsvSource({"squared, 2, 0.01", "absolute, 0, 0.1", "huber, 0.25, 0.01"})
  void eachLossHasItsOwnMinimum(String loss, double minimum, double tolerance) {
    List<Row> rows = new ArrayList<>();
    for (double label : new double[] {0, 0, 0, 0, 10}) {
      rows.add(labeled(label, 0));
    }
    Dataset<Row> table = table(LABELED, rows);
    NeuralNetworkRegressionModel model = descent(40).setLoss(loss).fit(table);
    double prediction = model.transform(table).select("prediction").first().getDouble(0);
    assertEquals(minimum, prediction, tolerance);
  }

  @Test
  void theSummaryTellsMeanLossAndError() {
    Dataset<Row> rows = table(LABELED, labeled(3, 0), labeled(-1, 0));
    TrainingSummary summary = descent(3).fit(rows).summary();
    assertEquals("mean absolute error", summary.metricName());
    assertEquals((9 + 1) / 2.0, summary.epochs().get(0).loss(), 1e-6);
    assertEquals((3 + 1) / 2.0, summary.epochs().get(0).metric(), 1e-6);
    assertEquals(3, summary.objectiveHistory().length);
    assertTrue(summary.objectiveHistory()[2] < summary.objectiveHistory()[0]);
  }

  private static Dataset<Row> twoTargets(DataType type) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      double x = i / 10.0 - 1;
      Object label = type.equals(VECTOR) ? Vectors.dense(x + 1, -2 * x) : List.of(x + 1, -2 * x);
      rows.add(row(Vectors.dense(x), label));
    }
    return table(schema(field("features", VECTOR), field("label", type)), rows);
  }

  @Test
  void labelsMayBeVectors() {
    Dataset<Row> rows = twoTargets(VECTOR);
    NeuralNetworkRegressionModel model = descent(40).setStepSize(0.5).fit(rows);
    Dataset<Row> scored = model.transform(rows);
    assertEquals(2, model.numTargets());
    assertEquals(2, AttributeGroup.fromStructField(scored.schema().apply("prediction")).size());
    for (Row row : scored.select("label", "prediction").collectAsList()) {
      assertArrayEquals(
          row.<Vector>getAs(0).toArray(), row.<Vector>getAs(1).toArray(), 1e-2, row.toString());
    }
  }

  @Test
  void labelsMayBeArrays() {
    DataType array = DataTypes.createArrayType(DataTypes.DoubleType);
    assertArrayEquals(
        descent(2).fit(twoTargets(VECTOR)).files().weights(),
        descent(2).fit(twoTargets(array)).files().weights());
  }
}
