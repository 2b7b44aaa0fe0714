package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Concatenate;
import io.sparknn.ml.layer.Dense;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Columns are found by name as Spark's own stages find them. */
class ColumnNamesTest {

  /** The same values as plain columns and as fields of a struct, and a column with a dot. */
  private static Dataset<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(
          row(
              List.of((double) i % 3, i / 12.0),
              i % 2.0,
              1.0 + i % 2,
              i % 4 == 0,
              List.of("a", "b")));
    }
    StructType type =
        schema(
            field("features", "array<double>"),
            field("label", "double"),
            field("weight", "double"),
            field("kept", "boolean"),
            field("words", "array<string>"));
    return table(type, rows)
        .selectExpr("*", "struct(*) as user", "array(label, weight, 1.0D) as `dotted.features`");
  }

  private static NeuralNetworkClassifier head(String prefix) {
    return new NeuralNetworkClassifier()
        .setMaxIter(2)
        .setSeed(4)
        .setFeaturesCol(prefix + "features")
        .setLabelCol(prefix + "label")
        .setWeightCol(prefix + "weight")
        .setValidationIndicatorCol(prefix + "kept");
  }

  private static PipelineModel fit(Dataset<Row> rows, PipelineStage... stages) {
    return new Pipeline().setStages(stages).fit(rows);
  }

  private static List<Row> scores(PipelineModel model, Dataset<Row> rows) {
    return model.transform(rows).select("probability").collectAsList();
  }

  private static float[] weights(PipelineModel model) {
    PipelineStage[] stages = model.stages();
    return ((NetworkModel<?>) stages[stages.length - 1]).files().weights();
  }

  @Test
  void aFieldOfAStructIsReadLikeAColumn() throws Exception {
    Dataset<Row> rows = rows();
    PipelineModel expected = fit(rows, head(""));
    PipelineModel nested = fit(rows, head("user."));
    assertArrayEquals(weights(expected), weights(nested));
    assertEquals(scores(expected, rows), scores(nested, rows));
    assertEquals(scores(expected, rows), scores(nested, rows.select("user")));
    assertEquals(
        List.of("user", "rawPrediction", "probability", "prediction"),
        List.of(nested.transform(rows.select("user")).columns()));
  }

  @Test
  void caseIsIgnoredWhereSparkIgnoresIt() {
    Dataset<Row> rows = rows();
    PipelineModel expected = fit(rows, new Dense().setUnits(3).setName("d"), head(""));
    PipelineModel upper =
        fit(
            rows,
            new Dense().setUnits(3).setName("d").setInputCol("FEATURES"),
            new NeuralNetworkClassifier()
                .setMaxIter(2)
                .setSeed(4)
                .setFeaturesCol("Features")
                .setLabelCol("LABEL")
                .setWeightCol("Weight")
                .setValidationIndicatorCol("KEPT"));
    assertArrayEquals(weights(expected), weights(upper));
    assertEquals(scores(expected, rows), scores(upper, rows));
    assertEquals(
        List.of(expected.transform(rows).columns()), List.of(upper.transform(rows).columns()));
    assertEquals(
        scores(expected, rows),
        scores(
            fit(
                rows,
                new Dense().setUnits(3).setName("d").setInputCol("User.FEATURES"),
                head("USER.")),
            rows));
    spark().conf().set("spark.sql.caseSensitive", true);
    try {
      assertRefused(
          () -> head("").setLabelCol("LABEL").transformSchema(rows.schema()),
          "there is no column 'LABEL'");
      Dataset<Row> both = rows.selectExpr("*", "1 - label as LABEL");
      assertEquals("LABEL", ColumnPath.of(both.schema(), "LABEL").name());
    } finally {
      spark().conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void layersOnAFieldMakeAColumnOfItsWholeName() {
    Dataset<Row> rows = rows();
    PipelineStage[] layers = {
      new Dense().setUnits(3).setInputCol("user.features").setName("one"),
      new Dense().setUnits(2).setInputCol("user.features").setName("two")
    };
    Dataset<Row> annotated = new Pipeline().setStages(layers).fit(rows).transform(rows);
    assertEquals(2, SymbolicColumn.of(annotated.schema(), "user.features").graph().nodes().size());
    assertEquals(rows.columns().length + 1, annotated.columns().length);
    PipelineModel model = fit(rows, layers[0], layers[1], head("user."));
    assertEquals(12, scores(model, rows).size());
    // Without the layer stages too.
    assertEquals(
        scores(model, rows),
        model.stages()[2].transform(rows).select("probability").collectAsList());
    assertEquals(
        List.of("one", "two", "dense"),
        ((NetworkModel<?>) model.stages()[2])
            .network().graph().nodes().stream().map(node -> node.name()).toList());
  }

  @Test
  void aColumnWithDotsInItsNameComesFirst() {
    Dataset<Row> rows = rows().selectExpr("*", "struct(array(1D, 2D) as features) as dotted");
    PipelineModel model = fit(rows, head("").setFeaturesCol("dotted.features"));
    assertEquals(3, ((NetworkModel<?>) model.stages()[0]).network().inputShapes().get(0).size());
    assertEquals(12, scores(model, rows).size());
    assertEquals(
        "dotted.features", ColumnPath.of(rows.schema(), "`dotted.features`").field().name());
    assertEquals(2, ColumnPath.of(rows.schema(), "`dotted`.`features`").names().size());
  }

  @Test
  void severalColumnsMayBeFields() {
    Dataset<Row> rows = rows();
    PipelineModel expected = fit(rows, head("").setFeaturesCols("features", "dotted.features"));
    PipelineModel nested = fit(rows, head("").setFeaturesCols("User.Features", "dotted.FEATURES"));
    assertArrayEquals(weights(expected), weights(nested));
    assertEquals(scores(expected, rows), scores(nested, rows));
    PipelineModel merged =
        fit(
            rows,
            new Concatenate().setInputCols("USER.features", "dotted.features").setOutputCol("both"),
            head("").setFeaturesCol("BOTH"));
    assertEquals(scores(expected, rows), scores(merged, rows));
  }

  @Test
  void otherStagesFindThemToo() {
    Dataset<Row> rows = rows();
    TokenIndexerModel indexer =
        new TokenIndexer().setInputCol("User.words").setOutputCol("ids").fit(rows);
    assertEquals(List.of(2, 3), indexer.transform(rows).first().getList(rows.columns().length));
    Dataset<Row> vectors =
        table(
                schema(field("word", "string"), field("vector", "array<float>")),
                row("a", List.of(1f, 2f)))
            .selectExpr("struct(*) as inner");
    assertEquals(
        2, EmbeddingVectors.of(vectors, "INNER.word", "inner.Vector", "a", "b").dimension());
    Dataset<Row> scored =
        rows.selectExpr("struct(label as truth, label as guess, weight) as inner");
    assertEquals(
        0,
        new VectorRegressionEvaluator()
            .setLabelCol("inner.truth")
            .setPredictionCol("Inner.GUESS")
            .setWeightCol("inner.weight")
            .evaluate(scored));
  }

  @Test
  void namesThatMayMeanSeveralColumnsAreRefused() {
    Dataset<Row> rows = rows().withColumnRenamed("weight", "x");
    Dataset<Row> twice = rows.select(rows.col("label"), rows.col("features"), rows.col("label"));
    NeuralNetworkClassifier head = new NeuralNetworkClassifier();
    assertRefused(
        () -> head.fit(twice), head.uid() + ": the name 'label' may mean any of the columns label");
    StructType cases =
        schema(field("features", "array<double>"), field("label", "int"), field("Label", "int"));
    assertRefused(
        () -> head.transformSchema(cases), "label, Label", "set spark.sql.caseSensitive to true");
    assertRefused(
        () -> head("user.").setLabelCol("user.nobody").transformSchema(rows.schema()),
        "there is no column 'user.nobody'");
    assertRefused(
        () -> head("").setFeaturesCol("label.x").transformSchema(rows.schema()),
        "there is no column 'label.x'");
  }

  private static void assertRefused(Runnable work, String... said) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    for (String words : said) {
      assertTrue(message.contains(words), message);
    }
  }
}
