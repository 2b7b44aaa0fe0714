package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.jobs;
import static io.sparknn.spark.LocalSpark.spark;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Add;
import io.sparknn.ml.layer.Dense;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models score in batches, lazily, and keep every other column as it was. */
class ScoringTest {

  @TempDir Path folder;

  private static Dataset<Row> points() {
    return table(LABELED, clouds(30, 3));
  }

  private static PipelineModel fit(Transformer... layers) {
    List<PipelineStage> stages = new ArrayList<>(List.of(layers));
    stages.add(new NeuralNetworkClassifier().setMaxIter(1));
    return new Pipeline().setStages(stages.toArray(PipelineStage[]::new)).fit(points());
  }

  private static Dense dense() {
    return new Dense().setUnits(3).setActivation("tanh");
  }

  private static NetworkModel<?> head(PipelineModel model) {
    return (NetworkModel<?>) model.stages()[model.stages().length - 1];
  }

  @Test
  void everyOtherColumnIsKept() {
    Dataset<Row> rows =
        points()
            .withColumn("id", col("label").as("id", new MetadataBuilder().putLong("x", 7).build()))
            .selectExpr(
                "id",
                "features",
                "named_struct('a', 1, 'b', named_struct('c', cast(null as string))) as nested",
                "array(1, null) as numbers",
                "map('k', array(date'2020-01-01')) as dates",
                "timestamp'2020-01-01 10:00:00' as at",
                "timestamp_ntz'2020-01-01 10:00:00' as local",
                "cast(1.5 as decimal(20, 3)) as money",
                "cast('bytes' as binary) as bytes",
                "interval 3 days as days",
                "cast(null as int) as nothing",
                "null as untyped",
                "label")
            .withColumn("features 2", col("features"));
    Dataset<Row> scored = head(fit()).transform(rows);
    Dataset<Row> kept = scored.drop("rawPrediction", "probability", "prediction");
    assertEquals(rows.schema(), kept.schema());
    assertEquals(rows.drop("bytes").collectAsList(), kept.drop("bytes").collectAsList());
    assertArrayEquals(
        rows.select("bytes").first().<byte[]>getAs(0),
        kept.select("bytes").first().<byte[]>getAs(0));
  }

  @Test
  void twoColumnsOfOneNameAreKept() {
    Dataset<Row> rows = points().select("features", "label", "label");
    Dataset<Row> scored = head(fit()).transform(rows);
    assertEquals(List.of("features", "label", "label"), List.of(scored.columns()).subList(0, 3));
    List<Row> kept = scored.collectAsList();
    for (int i = 0; i < kept.size(); i++) {
      assertEquals(kept.get(i).get(1), kept.get(i).get(2));
    }
  }

  @Test
  void rowsComeInTheirOrderWhateverTheBatches() {
    List<Row> rows = clouds(1000, 3);
    NetworkModel<?> model = head(fit());
    List<Row> expected = model.transform(partitioned(LABELED, rows, 1000)).collectAsList();
    assertEquals(rows.get(999).get(0), expected.get(999).get(0));
    assertEquals(
        expected, model.transform(partitioned(LABELED, rows, 1, 0, 256, 257, 486)).collectAsList());
  }

  @Test
  void aScoredDataFrameRunsNoJobUntilAskedAndNoMoreThanAsked() {
    PipelineModel model = fit(dense());
    LongAccumulator read = spark().sparkContext().longAccumulator();
    Dataset<Row> rows =
        partitioned(LABELED, clouds(5000, 3), 2500, 2500)
            .filter(
                (FilterFunction<Row>)
                    row -> {
                      read.add(1);
                      return true;
                    });
    assertEquals(0, jobs(() -> model.transform(rows)));
    assertEquals(1, model.transform(rows).limit(1).collectAsList().size());
    assertTrue(read.value() <= 300, () -> read.value() + " rows were read for one");
  }

  @Test
  void aStreamIsScoredAsATableIs() throws Exception {
    PipelineModel model = fit(dense());
    String input = folder + "/input";
    points().write().parquet(input);
    Dataset<Row> stream = spark().readStream().schema(LABELED).parquet(input);
    StreamingQuery query =
        model.transform(stream).writeStream().format("memory").queryName("scored").start();
    query.processAllAvailable();
    query.stop();
    assertEquals(
        model.transform(points()).orderBy("label", "rawPrediction").collectAsList().size(),
        spark().table("scored").count());
    assertEquals(0, spark().table("scored").except(model.transform(points()).toDF()).count());
  }

  @Test
  void aScoredDataFrameJoinsItself() {
    Dataset<Row> scored =
        fit(dense()).transform(points()).withColumn("id", col("features").cast("string"));
    assertEquals(30, scored.join(scored, "id").count());
    assertEquals(30, scored.as("l").join(scored.as("r"), col("l.id").equalTo(col("r.id"))).count());
  }

  @Test
  void scoredDataFramesOfTwoModelsUnite() {
    assertEquals(60, fit().transform(points()).union(fit(dense()).transform(points())).count());
  }

  @Test
  void rawFeaturesAreScoredAsAnnotatedOnesAre() {
    PipelineModel model = fit(dense());
    assertEquals(
        model.transform(points()).select("rawPrediction").collectAsList(),
        head(model).transform(points()).select("rawPrediction").collectAsList());
  }

  @Test
  void oneInputMayHaveAnotherName() {
    NeuralNetworkClassificationModel model = (NeuralNetworkClassificationModel) head(fit(dense()));
    assertEquals(
        model.transform(points()).select("rawPrediction").collectAsList(),
        model
            .copy(org.apache.spark.ml.param.ParamMap.empty())
            .setFeaturesCol("renamed")
            .transform(points().withColumnRenamed("features", "renamed"))
            .select("rawPrediction")
            .collectAsList());
  }

  @Test
  void otherLayersAreRefused() {
    assertRefused(fit(dense()), "other layers", dense().setUnits(4));
    assertRefused(fit(dense()), "other layers", dense(), dense());
    assertRefused(fit(), "other layers", dense());
  }

  @Test
  void otherWiringOfTheSameLayersIsRefused() {
    PipelineModel chain =
        fit(
            dense().setOutputCol("x"),
            dense().setInputCol("x").setOutputCol("y"),
            new Add().setInputCols("x", "y"));
    assertRefused(
        chain,
        "other layers",
        dense().setOutputCol("x"),
        dense().setOutputCol("y"),
        new Add().setInputCols("x", "y"));
  }

  @Test
  void otherInputsAreRefused() {
    Dataset<Row> narrow = table(LABELED, labeled(0, 1, 2));
    NetworkModel<?> model = head(fit());
    Dataset<Row> known =
        new org.apache.spark.ml.feature.VectorSizeHint()
            .setInputCol("features")
            .setSize(2)
            .transform(narrow);
    String message =
        assertThrows(IllegalArgumentException.class, () -> model.transform(known)).getMessage();
    assertTrue(message.startsWith(model.uid() + ": column 'features' holds"), message);
    assertTrue(message.contains("(2)") && message.contains("(4)"), message);
  }

  private static void assertRefused(PipelineModel model, String said, Transformer... layers) {
    Dataset<Row> rows = points();
    for (Transformer layer : layers) {
      rows = layer.transform(rows);
    }
    Dataset<Row> annotated = rows;
    String message =
        assertThrows(IllegalArgumentException.class, () -> head(model).transform(annotated))
            .getMessage();
    assertTrue(message.startsWith(head(model).uid() + ": "), message);
    assertTrue(message.contains(said), message);
  }

  @Test
  void dropoutIsForTrainingOnly() {
    PipelineModel model = fit(new io.sparknn.ml.layer.Dropout().setRate(0.9));
    List<Row> once = model.transform(points()).collectAsList();
    assertEquals(
        Collections.nCopies(3, once),
        Stream.generate(() -> model.transform(points()).collectAsList()).limit(3).toList());
    List<Row> plain = head(model).transform(points()).select("rawPrediction").collectAsList();
    assertEquals(plain, model.transform(points()).select("rawPrediction").collectAsList());
  }

  @Test
  void aModelOutlivesItsSession() {
    PipelineModel model = fit(dense(), new Activation().setActivation("relu"));
    List<Row> expected = model.transform(points()).collectAsList();
    spark().stop();
    assertEquals(expected, model.transform(points()).collectAsList());
  }
}
