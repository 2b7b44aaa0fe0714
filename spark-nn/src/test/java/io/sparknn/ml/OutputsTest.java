package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.VECTOR;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.MultilabelClassificationEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What models put out is what Spark's evaluators, and the labels' own types, lead one to expect.
 */
class OutputsTest {

  @TempDir static Path folder;

  /** P(label) = sigmoid(2xy + x). */
  private static Dataset<Row> saddle() {
    return spark()
        .range(0, 1000, 1, 2)
        .selectExpr("randn(1) as x", "randn(2) as y", "rand(3) as u")
        .selectExpr(
            "array(x, y) as features",
            "if(u < 1 / (1 + exp(-(2 * x * y + x))), 1.0D, 0.0D) as label")
        .cache();
  }

  private static Pipeline network(NeuralNetworkClassifier head) {
    return new Pipeline()
        .setStages(new PipelineStage[] {new Dense().setUnits(6).setActivation("tanh"), head});
  }

  private static BinaryClassificationEvaluator ranking(String column, String metric) {
    return new BinaryClassificationEvaluator()
        .setRawPredictionCol(column)
        .setMetricName(metric)
        .setNumBins(0);
  }

  private static Vector vector(Row row, String column) {
    return row.getAs(column);
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax_crossentropy", "hinge"})
  void rawPredictionsOfTwoClassesRankRowsAsProbabilitiesDo(String loss) throws Exception {
    Dataset<Row> rows = saddle();
    PipelineModel model =
        network(new NeuralNetworkClassifier().setLoss(loss).setMaxIter(3).setSeed(2)).fit(rows);
    Dataset<Row> scored = model.transform(rows).cache();
    for (String metric : List.of("areaUnderROC", "areaUnderPR")) {
      double byProbability = ranking("probability", metric).evaluate(scored);
      assertEquals(byProbability, ranking("rawPrediction", metric).evaluate(scored), 1e-12);
    }
    for (Row row : scored.collectAsList()) {
      double[] raw = vector(row, "rawPrediction").toArray();
      double[] probability = vector(row, "probability").toArray();
      assertEquals(-raw[0], raw[1]);
      assertEquals(1 / (1 + Math.exp(-2 * raw[1])), probability[1], 1e-15);
      assertEquals(1, probability[0] + probability[1], 1e-15);
      assertEquals(raw[1] > 0 ? 1.0 : 0.0, row.<Double>getAs("prediction"));
    }
    String path = folder + "/" + loss;
    model.write().overwrite().save(path);
    assertEquals(
        scored.select("rawPrediction").collectAsList(),
        PipelineModel.load(path).transform(rows).select("rawPrediction").collectAsList());
  }

  @Test
  void crossValidatorSeesTheSameByRawAsByProbability() {
    Dataset<Row> rows = saddle();
    double[][] metrics = new double[2][];
    for (int i = 0; i < 2; i++) {
      metrics[i] =
          new CrossValidator()
              .setEstimator(network(new NeuralNetworkClassifier().setMaxIter(1).setSeed(2)))
              .setEvaluator(ranking(i == 0 ? "rawPrediction" : "probability", "areaUnderROC"))
              .setEstimatorParamMaps(new ParamMap[] {new ParamMap()})
              .setNumFolds(2)
              .setSeed(5)
              .fit(rows)
              .avgMetrics();
    }
    assertArrayEquals(metrics[1], metrics[0], 1e-12);
  }

  @Test
  void probabilitiesSumToOneForEveryEvaluator() {
    Dataset<Row> rows = table(LABELED, clouds(60, 3));
    Dataset<Row> scored = new NeuralNetworkClassifier().setMaxIter(2).fit(rows).transform(rows);
    double expected = 0;
    for (Row row : scored.collectAsList()) {
      Vector p = vector(row, "probability");
      assertEquals(1, DoubleStream.of(p.toArray()).sum(), 1e-15);
      expected -= Math.log(p.apply((int) row.getDouble(1))) / 60;
      double[] raw = vector(row, "rawPrediction").toArray();
      assertTrue(DoubleStream.of(raw).sum() != 0);
    }
    assertEquals(
        expected,
        new MulticlassClassificationEvaluator().setMetricName("logLoss").evaluate(scored),
        1e-12);
  }

  private static Dataset<Row> signs() {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      List<Double> on = new ArrayList<>();
      double[] flags = {x > 0 ? 1 : 0, y > 0 ? 1 : 0};
      for (int k = 0; k < 2; k++) {
        if (flags[k] > 0) {
          on.add((double) k);
        }
      }
      rows.add(row(Vectors.dense(x, y), Vectors.dense(flags), on));
    }
    return table(
        schema(
            field("features", VECTOR), field("label", VECTOR), field("indices", "array<double>")),
        rows);
  }

  @Test
  void labelIndicesAreWhatTheMultilabelEvaluatorReads() throws Exception {
    Dataset<Row> rows = signs();
    NeuralNetworkClassifier head =
        new NeuralNetworkClassifier()
            .setPredictionFormat("indices")
            .setStepSize(0.1)
            .setMaxIter(20);
    var model = head.fit(rows);
    Dataset<Row> scored = model.transform(rows);
    assertEquals(head.transformSchema(rows.schema()).length(), scored.schema().length());
    assertEquals(
        head.transformSchema(rows.schema()).apply("prediction"),
        scored.schema().apply("prediction"));
    MultilabelClassificationEvaluator evaluator =
        new MultilabelClassificationEvaluator()
            .setLabelCol("indices")
            .setMetricName("microF1Measure");
    double score = evaluator.evaluate(scored);
    assertTrue(score > 0.9, () -> "F1 " + score);
    Dataset<Row> flags = model.copy(ParamMap.empty()).setPredictionFormat("flags").transform(rows);
    List<Row> indexed = scored.select("prediction").collectAsList();
    List<Row> flagged = flags.select("prediction", "rawPrediction").collectAsList();
    for (int i = 0; i < indexed.size(); i++) {
      double[] of = vector(flagged.get(i), "prediction").toArray();
      List<Double> on = new ArrayList<>();
      for (int k = 0; k < of.length; k++) {
        if (of[k] == 1) {
          on.add((double) k);
        }
        // Of several labels raw outputs stay as they are: each stands alone.
        assertEquals(of[k] == 1, vector(flagged.get(i), "rawPrediction").apply(k) > 0);
      }
      assertEquals(on, indexed.get(i).getList(0));
    }
    model.write().overwrite().save(folder + "/indices");
    assertEquals(
        scored.collectAsList(),
        NeuralNetworkClassificationModel.load(folder + "/indices").transform(rows).collectAsList());
  }

  @Test
  void aFormatOfOneClassARowIsRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                new NeuralNetworkClassifier()
                    .setPredictionFormat("indices")
                    .fit(table(LABELED, labeled(0, 1))));
    assertTrue(e.getMessage().contains("predictionFormat is for several labels a row"));
  }

  private static Dataset<Row> targets(String type, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      List<Double> all = List.of(2.0 * i, 1.0 - i);
      double[] some = all.subList(0, count).stream().mapToDouble(y -> y).toArray();
      Object label =
          switch (type) {
            case "vector" -> Vectors.dense(some);
            case "array" -> all.subList(0, count);
            default -> some[0];
          };
      rows.add(row(Vectors.dense(i / 8.0), label));
    }
    return table(
        schema(
            field("features", VECTOR),
            type.equals("vector")
                ? field("label", VECTOR)
                : field("label", type.equals("array") ? "array<double>" : "double")),
        rows);
  }

  @ParameterizedTest
  @ValueSource(strings = {"number", "vector", "array"})
  void predictionsAreWrittenAsLabelsAre(String type) throws Exception {
    for (int count : type.equals("number") ? new int[] {1} : new int[] {1, 2}) {
      Dataset<Row> rows = targets(type, count);
      NeuralNetworkRegressor head = new NeuralNetworkRegressor().setMaxIter(1);
      NeuralNetworkRegressionModel model = head.fit(rows);
      assertEquals(type, model.getTargetType());
      Dataset<Row> scored = model.transform(rows);
      assertEquals(
          switch (type) {
            case "vector" -> VECTOR;
            case "array" -> DataTypes.createArrayType(DataTypes.DoubleType, false);
            default -> DataTypes.DoubleType;
          },
          scored.schema().apply("prediction").dataType());
      assertEquals(
          head.transformSchema(rows.schema()).apply("prediction").dataType(),
          scored.schema().apply("prediction").dataType());
      for (Row row : scored.select("prediction").collectAsList()) {
        int size =
            switch (type) {
              case "vector" -> row.<Vector>getAs(0).size();
              case "array" -> row.getList(0).size();
              default -> 1;
            };
        assertEquals(count, size);
      }
      model.write().overwrite().save(folder + "/targets");
      NeuralNetworkRegressionModel loaded = NeuralNetworkRegressionModel.load(folder + "/targets");
      assertEquals(scored.schema(), loaded.transform(rows).schema());
      assertEquals(scored.collectAsList(), loaded.transform(rows).collectAsList());
    }
  }

  /** A model that was saved before it could say so. */
  @Test
  void withoutATypeSeveralTargetsAreVectors() {
    NeuralNetworkRegressionModel model =
        new NeuralNetworkRegressor().setMaxIter(1).fit(targets("array", 2));
    model.clear(model.targetType());
    assertEquals("vector", model.getTargetType());
    assertEquals(
        2, model.transform(targets("array", 2)).first().<Vector>getAs("prediction").size());
    model = new NeuralNetworkRegressor().setMaxIter(1).fit(targets("array", 1));
    model.clear(model.targetType());
    assertEquals("number", model.getTargetType());
  }
}
