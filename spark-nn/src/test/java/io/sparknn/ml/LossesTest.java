package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.VECTOR;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each loss makes of data, from fit to a loaded model. */
class LossesTest {

  private static final StructType VECTORS =
      schema(field("features", VECTOR), field("label", VECTOR));

  @TempDir Path folder;

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier().setMaxIter(30).setBatchSize(32).setStepSize(0.05);
  }

  private static NeuralNetworkRegressor regressor(String loss) {
    return new NeuralNetworkRegressor()
        .setLoss(loss)
        .setMaxIter(60)
        .setBatchSize(100)
        .setStepSize(0.05);
  }

  private static Vector vector(Row row, String column) {
    return row.getAs(column);
  }

  /** Rows whose three labels are the signs of x, y and x + y. */
  private static Dataset<Row> signs(DataType type) {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      double[] flags = {x > 0 ? 1 : 0, y > 0 ? 1 : 0, x + y > 0 ? 1 : 0};
      Object label =
          type.equals(VECTOR)
              ? Vectors.dense(flags)
              : List.of((int) flags[0], (int) flags[1], (int) flags[2]);
      rows.add(row(Vectors.dense(x, y), label));
    }
    return table(schema(field("features", VECTOR), field("label", type)), rows);
  }

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(rows);
  }

  @Test
  void aVectorOfFlagsIsLearnedLabelByLabel() throws IOException {
    Dataset<Row> rows = signs(VECTOR);
    PipelineModel model = fit(rows, new Dense().setUnits(6).setActivation("tanh"), classifier());
    var head = (NeuralNetworkClassificationModel) model.stages()[1];
    assertTrue(head.isMultiLabel());
    assertEquals("accuracy", head.summary().metricName());
    assertTrue(head.summary().epochs().get(29).metric() > 0.95);

    Dataset<Row> scored = model.transform(rows);
    for (String column : List.of("rawPrediction", "probability", "prediction")) {
      assertEquals(3, AttributeGroup.fromStructField(scored.schema().apply(column)).size());
    }
    int right = 0;
    for (Row row : scored.collectAsList()) {
      for (int k = 0; k < 3; k++) {
        double p = vector(row, "probability").apply(k);
        assertEquals(1 / (1 + Math.exp(-vector(row, "rawPrediction").apply(k))), p, 1e-6);
        assertEquals(p > 0.5 ? 1 : 0, vector(row, "prediction").apply(k));
        right += vector(row, "prediction").apply(k) == vector(row, "label").apply(k) ? 1 : 0;
      }
    }
    assertTrue(right > 0.95 * 600, "right: " + right);

    model.write().overwrite().save(folder + "/model");
    Dataset<Row> reloaded = PipelineModel.load(folder + "/model").transform(rows);
    assertEquals(scored.schema(), reloaded.schema());
    assertEquals(scored.collectAsList(), reloaded.collectAsList());
  }

  @Test
  void flagsMayBeArraysAndTheLossMayBeNamed() {
    DataType array = DataTypes.createArrayType(DataTypes.IntegerType);
    NeuralNetworkClassifier head = classifier().setMaxIter(2);
    float[] weights = head.fit(signs(VECTOR)).files().weights();
    assertArrayEquals(weights, head.fit(signs(array)).files().weights());
    assertArrayEquals(
        weights,
        classifier()
            .setSeed(head.getSeed())
            .setMaxIter(2)
            .setLoss("sigmoid_crossentropy")
            .fit(signs(VECTOR))
            .files()
            .weights());
  }

  @Test
  void thresholdsOfSeveralLabelsAreTheirProbabilities() {
    var model = classifier().setMaxIter(3).fit(signs(VECTOR));
    model.setThresholds(new double[] {0.2, 0.5, 0.9});
    for (Row row : model.transform(signs(VECTOR)).collectAsList()) {
      for (int k = 0; k < 3; k++) {
        boolean above = vector(row, "probability").apply(k) > model.getThresholds()[k];
        assertEquals(above ? 1 : 0, vector(row, "prediction").apply(k));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.5", "2, 2.0", "-1, -1.0", "NaN, NaN"})
  void flagsMustBeZeroOrOne(double bad, String said) {
    Dataset<Row> rows =
        table(
            VECTORS,
            row(Vectors.dense(1, 2), Vectors.dense(0, 1)),
            row(Vectors.dense(1, 2), Vectors.dense(bad, 1)));
    assertRefused(() -> classifier().fit(rows), "column 'label'", said);
  }

  @Test
  void hingeLearnsMargins() throws IOException {
    Dataset<Row> rows = table(LABELED, clouds(120, 3));
    PipelineModel model =
        fit(rows, new Dense().setUnits(8).setActivation("tanh"), classifier().setLoss("hinge"));
    Dataset<Row> scored = model.transform(rows);
    assertTrue(scored.filter("prediction = label").count() > 0.95 * 120);
    for (Row row : scored.collectAsList()) {
      assertEquals(vector(row, "rawPrediction").argmax(), row.<Double>getAs("prediction"));
      assertEquals(1, Vectors.norm(vector(row, "probability"), 1), 1e-6);
    }
    model.write().overwrite().save(folder + "/model");
    assertEquals(
        scored.collectAsList(),
        PipelineModel.load(folder + "/model").transform(rows).collectAsList());
  }

  /** Without features that tell, the prediction is how often a class counts. */
  private static double[] shares(NeuralNetworkClassifier head) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(labeled(i % 4 == 0 ? 1 : 0, 0));
    }
    Dataset<Row> table = table(LABELED, rows);
    Row first = head.setBatchSize(40).setMaxIter(200).fit(table).transform(table).first();
    return vector(first, "probability").toArray();
  }

  @Test
  void classWeightsStandForMoreRows() {
    double[] even = {0.5, 0.5};
    assertArrayEquals(new double[] {0.75, 0.25}, shares(classifier()), 0.01);
    assertArrayEquals(even, shares(classifier().setClassWeights(1, 3)), 0.01);
  }

  @Test
  void labelSmoothingDrawsProbabilitiesTogether() {
    double[] smoothed = {0.75 * 0.8 + 0.1, 0.25 * 0.8 + 0.1};
    assertArrayEquals(smoothed, shares(classifier().setLabelSmoothing(0.2)), 0.01);
  }

  @Test
  void aFocalLossStaysNearerToTheMiddle() {
    double share = shares(classifier().setFocalGamma(2))[0];
    assertTrue(share > 0.55 && share < 0.7, "share " + share);
  }

  @Test
  void classWeightsOfAnotherNumberAreRefused() {
    Dataset<Row> rows = table(LABELED, clouds(12, 3));
    assertRefused(
        () -> classifier().setClassWeights(1, 2).fit(rows),
        "classWeights must have one number for each of the 3 classes",
        "received 2");
    assertRefused(
        () -> classifier().setClassWeights(1, 2).fit(signs(VECTOR)),
        "classWeights must have one number for each of the 3 classes");
  }

  @Test
  void classWeightsAreOfTheClassesOfTheTrainingRows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(row(Vectors.dense(i), i % 3 * 1.0, false));
    }
    rows.add(row(Vectors.dense(1), 0.0, true));
    StructType schema = LABELED.add(field("held", "boolean"));
    NeuralNetworkClassificationModel model =
        classifier()
            .setMaxIter(1)
            .setClassWeights(1, 2, 3)
            .setThresholds(new double[] {0.3, 0.3, 0.4})
            .setValidationIndicatorCol("held")
            .fit(table(schema, rows));
    assertEquals(3, model.numClasses());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void aQuantileIsAboveItsShareOfTheLabels(double quantile) {
    Random random = new Random(6);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      double x = random.nextDouble();
      rows.add(labeled(2 * x + (1 + x) * random.nextGaussian(), x));
    }
    Dataset<Row> table = table(LABELED, rows);
    NeuralNetworkRegressionModel model = regressor("quantile").setQuantile(quantile).fit(table);
    for (String half : List.of("element_at(x, 1) < 0.5", "element_at(x, 1) >= 0.5")) {
      Dataset<Row> scored =
          model
              .transform(table)
              .withColumn(
                  "x", org.apache.spark.ml.functions.vector_to_array(col("features"), "float64"))
              .filter(half);
      double share = scored.filter("label < prediction").count() / (double) scored.count();
      assertEquals(quantile, share, 0.04, half);
    }
  }

  /** A count that depends on x by {@code e^(x + 1)}. */
  private static Dataset<Row> counts() {
    Random random = new Random(5);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      double x = 2 * random.nextDouble() - 1;
      int count = -1;
      for (double time = 0; time < Math.exp(x + 1); count++) {
        time -= Math.log(1 - random.nextDouble());
      }
      rows.add(labeled(count, x));
    }
    return table(LABELED, rows);
  }

  @Test
  void poissonPredictsRatesAlsoWhenLoaded() throws IOException {
    NeuralNetworkRegressionModel model = regressor("poisson").fit(counts());
    List<Row> scored = model.transform(counts()).collectAsList();
    for (Row row : scored) {
      double rate = Math.exp(vector(row, "features").apply(0) + 1);
      assertEquals(1, row.<Double>getAs("prediction") / rate, 0.15);
    }
    model.write().overwrite().save(folder + "/model");
    NeuralNetworkRegressionModel loaded = NeuralNetworkRegressionModel.load(folder + "/model");
    assertEquals(scored, loaded.transform(counts()).collectAsList());
    assertEquals("poisson", loaded.getLoss());
  }

  @Test
  void klLearnsDistributions() throws IOException {
    Dataset<Row> rows =
        table(
            VECTORS,
            row(Vectors.dense(1, 0), Vectors.dense(0.7, 0.2, 0.1)),
            row(Vectors.dense(0, 1), Vectors.dense(0, 0.333, 0.667)));
    NeuralNetworkRegressionModel model = regressor("kl").setMaxIter(200).fit(rows);
    List<Row> scored = model.transform(rows).collectAsList();
    for (Row row : scored) {
      double[] label = vector(row, "label").toArray();
      assertArrayEquals(label, vector(row, "prediction").toArray(), 0.02);
    }
    model.write().overwrite().save(folder + "/model");
    assertEquals(
        scored,
        NeuralNetworkRegressionModel.load(folder + "/model").transform(rows).collectAsList());
  }

  @Test
  void cosineLearnsDirections() {
    Dataset<Row> rows =
        table(
            VECTORS,
            row(Vectors.dense(1, 0), Vectors.dense(10, 20)),
            row(Vectors.dense(0, 1), Vectors.dense(-0.1, 0)));
    TrainingSummary summary = regressor("cosine").setMaxIter(100).fit(rows).summary();
    assertEquals("cosine similarity", summary.metricName());
    assertEquals(1, summary.epochs().get(99).metric(), 0.01);
  }

  @Test
  void labelsThatALossCannotLearnAreRefused() {
    Dataset<Row> negative = table(LABELED, labeled(3, 1), labeled(-2, 1));
    assertRefused(
        () -> regressor("poisson").fit(negative),
        "column 'label'",
        "at least 0 for loss poisson",
        "received -2.0");
    for (Vector bad : List.of(Vectors.dense(0.5, 0.6), Vectors.dense(-0.5, 1.5))) {
      Dataset<Row> rows =
          table(
              VECTORS, row(Vectors.dense(1), Vectors.dense(0.5, 0.5)), row(Vectors.dense(1), bad));
      assertRefused(() -> regressor("kl").fit(rows), "column 'label'", "sum to 1", "loss kl");
    }
  }

  private static void assertRefused(Runnable work, String... said) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.startsWith("NeuralNetwork"), message);
    for (String part : said) {
      assertTrue(message.contains(part), () -> message + "\nlacks: " + part);
    }
    assertEquals(1, message.lines().count(), message);
  }
}
