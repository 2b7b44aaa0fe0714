package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.ml.Tables.vectorOf;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Dense;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeuralNetworkClassifierTest {

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier()
        .setMaxIter(2)
        .setBatchSize(16)
        .setStepSize(0.05)
        .setSeed(3);
  }

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(rows);
  }

  private static Dataset<Row> points() {
    return table(LABELED, clouds(60, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 6})
  void learnsClouds(int classes) {
    Dataset<Row> rows = table(LABELED, clouds(120, classes));
    Dense hidden = new Dense().setUnits(8).setActivation("tanh");
    Dataset<Row> scored = fit(rows, hidden, head().setMaxIter(15)).transform(rows);
    var evaluator = new MulticlassClassificationEvaluator();
    assertTrue(evaluator.setMetricName("accuracy").evaluate(scored) > 0.95);
    assertTrue(evaluator.setMetricName("logLoss").evaluate(scored) < 0.3);
  }

  @Test
  void learnsExclusiveOrByItsHiddenLayer() {
    Dataset<Row> rows =
        table(LABELED, labeled(0, 0, 0), labeled(1, 0, 1), labeled(1, 1, 0), labeled(0, 1, 1));
    Dense hidden = new Dense().setUnits(8);
    Dataset<Row> scored =
        fit(rows, hidden, new Activation().setActivation("tanh"), head().setMaxIter(100))
            .transform(rows);
    assertEquals(4, scored.filter("prediction = label").count());
  }

  /** Two classes that overlap. */
  private static List<Row> overlapping() {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      rows.add(labeled(x - 2 * y + 1.5 * random.nextGaussian() > 0.5 ? 1 : 0, x, y));
    }
    return rows;
  }

  @Test
  void withoutLayersItIsLogisticRegression() {
    Dataset<Row> rows = table(LABELED, overlapping());
    Dataset<Row> expected = new LogisticRegression().fit(rows).transform(rows);
    Dataset<Row> actual =
        head()
            .setSolver("sgd")
            .setStepSize(1)
            .setBatchSize(80)
            .setMaxIter(150)
            .fit(rows)
            .transform(rows);
    List<double[]> expectedRows = vectors(expected, "probability");
    List<double[]> actualRows = vectors(actual, "probability");
    for (int i = 0; i < expectedRows.size(); i++) {
      assertArrayEquals(expectedRows.get(i), actualRows.get(i), 1e-3);
    }
  }

  private static List<double[]> vectors(Dataset<Row> rows, String column) {
    return rows.select(column).collectAsList().stream()
        .map(row -> ((Vector) row.get(0)).toArray())
        .toList();
  }

  @Test
  void rawPredictionProbabilityAndPredictionAgree() {
    Dataset<Row> scored = head().fit(points()).transform(points());
    List<double[]> raw = vectors(scored, "rawPrediction");
    List<double[]> probability = vectors(scored, "probability");
    List<Row> predicted = scored.select("prediction").collectAsList();
    for (int i = 0; i < raw.size(); i++) {
      double sum = DoubleStream.of(raw.get(i)).map(Math::exp).sum();
      double[] softmax = DoubleStream.of(raw.get(i)).map(z -> Math.exp(z) / sum).toArray();
      assertArrayEquals(softmax, probability.get(i), 1e-6);
      assertEquals(1, DoubleStream.of(probability.get(i)).sum(), 1e-6);
      assertEquals(Vectors.dense(raw.get(i)).argmax(), predicted.get(i).getDouble(0));
    }
  }

  @Test
  void thresholdsDivideTheProbabilities() {
    NeuralNetworkClassificationModel model = head().fit(points());
    for (double[] thresholds : new double[][] {{0.1, 0.8, 0.6}, {0.9, 0.05, 1}, {1, 0, 1}}) {
      Dataset<Row> scored = model.setThresholds(thresholds).transform(points());
      List<double[]> probability = vectors(scored, "probability");
      List<Row> predicted = scored.select("prediction").collectAsList();
      for (int i = 0; i < predicted.size(); i++) {
        double[] scaled = probability.get(i).clone();
        for (int k = 0; k < scaled.length; k++) {
          scaled[k] /= thresholds[k];
        }
        assertEquals(Vectors.dense(scaled).argmax(), predicted.get(i).getDouble(0));
      }
    }
  }

  @Test
  void thresholdsOfAnotherNumberAreRefused() {
    double[] two = {0.5, 0.5};
    var model = head().fit(points()).setThresholds(two);
    for (Executable use :
        List.<Executable>of(
            () -> model.transform(points()), () -> head().setThresholds(two).fit(points()))) {
      String message = assertThrows(IllegalArgumentException.class, use).getMessage();
      assertTrue(message.contains("each of the 3 classes; received 2"), message);
    }
  }

  @Test
  void aWeightIsAsGoodAsCopiesOfARow() {
    List<Row> weighted = new ArrayList<>();
    List<Row> copied = new ArrayList<>();
    for (Row row : overlapping()) {
      int weight = weighted.size() % 4;
      weighted.add(row(row.get(0), row.get(1), weight));
      for (int i = 0; i < weight; i++) {
        copied.add(row);
      }
    }
    var head = head().setSolver("sgd").setStepSize(0.5).setBatchSize(1000).setMaxIter(5);
    float[] expected = head.fit(table(LABELED, copied)).files().weights();
    Dataset<Row> rows = table(LABELED.add(field("weight", "int")), weighted);
    assertArrayEquals(expected, head.setWeightCol("weight").fit(rows).files().weights(), 1e-6f);
  }

  /** Rows of the classes "a" and "c" of three. */
  private static Dataset<Row> named() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(row(Vectors.dense(i % 2), i % 2 == 0 ? "a" : "c"));
    }
    return table(schema(vectorOf("features", 1), field("name", "string")), rows);
  }

  private static PipelineModel namedModel(PipelineStage... more) {
    List<PipelineStage> stages = new ArrayList<>();
    stages.add(
        new StringIndexerModel(new String[] {"a", "b", "c"})
            .setInputCol("name")
            .setOutputCol("label"));
    stages.add(head().setMaxIter(40));
    stages.addAll(List.of(more));
    return fit(named(), stages.toArray(PipelineStage[]::new));
  }

  @Test
  void theLabelsMetadataTellsTheClassesEvenOnesWithoutRows() {
    var model = (NeuralNetworkClassificationModel) namedModel().stages()[1];
    assertEquals(3, model.numClasses());
  }

  @Test
  void indexToStringDecodesThePrediction() {
    PipelineModel model =
        namedModel(new IndexToString().setInputCol("prediction").setOutputCol("predictedName"));
    assertEquals(30, model.transform(named()).filter("predictedName = name").count());
  }

  @Test
  void withoutMetadataTheGreatestLabelTellsTheNumberOfClasses() {
    assertEquals(3, head().fit(points()).numClasses());
    assertEquals(2, head().fit(points().withColumn("label", lit(0))).numClasses());
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte", "int", "long", "float", "decimal(3,1)", "boolean"})
  void labelsMayBeOfAnyNumericType(String type) {
    Dataset<Row> rows = table(LABELED, clouds(20, 2));
    Dataset<Row> cast = rows.withColumn("label", col("label").cast(type));
    assertArrayEquals(head().fit(rows).files().weights(), head().fit(cast).files().weights());
  }

  @Test
  void aColumnWithoutNameIsLeftOut() {
    NeuralNetworkClassificationModel model = head().setRawPredictionCol("").fit(points());
    assertArrayEquals(
        new String[] {"features", "label", "probability", "prediction"},
        model.transform(points()).columns());
    assertArrayEquals(
        new String[] {"features", "label", "prediction"},
        model.setProbabilityCol("").transform(points()).columns());
    assertArrayEquals(
        new String[] {"features", "label", "rawPrediction"},
        model
            .setRawPredictionCol("rawPrediction")
            .setPredictionCol("")
            .transform(points())
            .columns());
  }

  @Test
  void anExistingOutputColumnIsRefused() {
    NeuralNetworkClassificationModel model = head().fit(points());
    Dataset<Row> scored = model.transform(points());
    String message =
        assertThrows(IllegalArgumentException.class, () -> model.transform(scored)).getMessage();
    assertTrue(message.contains("'rawPrediction' exists already"), message);
  }

  @Test
  void theSummaryTellsLossAccuracyAndIterations() {
    TrainingSummary summary = head().setMaxIter(6).fit(points()).summary();
    double[] history = summary.objectiveHistory();
    assertEquals(6, history.length);
    assertTrue(history[5] < 0.7 * history[0], () -> java.util.Arrays.toString(history));
    assertEquals(6 * 4, summary.totalIterations());
    assertEquals("accuracy", summary.metricName());
    summary.epochs().forEach(epoch -> assertEquals(60, epoch.rows()));
    assertTrue(summary.epochs().get(5).metric() > summary.epochs().get(0).metric());
    assertTrue(summary.network().contains("dense"), summary.network());
  }

  @Test
  void theFirstLossIsThatOfTheInitialWeights() {
    Dataset<Row> zeros = points().withColumn("features", array(lit(0), lit(0)));
    TrainingSummary summary = head().setMaxIter(1).setBatchSize(60).fit(zeros).summary();
    assertEquals(Math.log(3), summary.iterations().get(0).loss(), 1e-6);
    assertEquals(1 / 3.0, summary.iterations().get(0).metric(), 1e-6);
  }

  @Test
  void probabilitiesCanBeTakenApartInSql() {
    Dataset<Row> scored = head().fit(points()).transform(points());
    var first =
        element_at(org.apache.spark.ml.functions.vector_to_array(col("probability"), "float64"), 1);
    assertEquals(60, scored.filter(first.between(0, 1)).count());
  }
}
