package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Add;
import io.sparknn.ml.layer.Dense;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Layers that get lost between two columns are told of. */
class LostLayersTest {

  private static Dataset<Row> houses() {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      double x = random.nextGaussian();
      rows.add(row(Vectors.dense(x, 1 - x), random.nextGaussian(), x > 0 ? 1.0 : 0.0));
    }
    return table(
        schema(field("rooms", Tables.VECTOR), field("price", "double"), field("label", "double")),
        rows);
  }

  private static Dense dense(int units, String input, String output) {
    return new Dense().setUnits(units).setInputCol(input).setOutputCol(output);
  }

  private static NeuralNetworkClassifier head() {
    return new NeuralNetworkClassifier().setMaxIter(1);
  }

  private static List<String> findings(Dataset<Row> rows, PipelineStage... stages) {
    PipelineModel model = new Pipeline().setStages(stages).fit(rows);
    NetworkModel<?> network = (NetworkModel<?>) model.stages()[stages.length - 1];
    return network.summary().findings().stream().filter(text -> text.contains("column '")).toList();
  }

  private static VectorAssembler assembler(String... columns) {
    return new VectorAssembler().setInputCols(columns).setOutputCol("features");
  }

  @Test
  void vectorAssemblerTakesRawValues() {
    assertEquals(
        List.of(
            "column 'features' was put together from the raw values of column 'hidden', whose layers (dense) are lost and not trained: to train these layers, name that column and the others in featuresCols, or join them by Concatenate, and put stages that make new values before the first layer"),
        findings(
            houses(),
            dense(7, "rooms", "hidden"),
            assembler("hidden", "price"),
            new Dense().setUnits(4),
            head()));
  }

  @Test
  void aChainIsToldOfOnce() {
    List<String> found =
        findings(
            houses(),
            dense(7, "rooms", "first"),
            dense(6, "first", "second"),
            assembler("second", "price"),
            head());
    assertEquals(2, found.size(), found.toString());
    assertTrue(found.get(0).contains("column 'second', whose layers (dense, dense_1) are lost"));
    assertTrue(found.get(1).contains("carries no layer, so this trains a linear model"));
  }

  @Test
  void otherStagesTakeRawValuesToo() {
    List<String> found =
        findings(
            houses(),
            dense(7, "rooms", "hidden"),
            new StandardScaler().setInputCol("hidden").setOutputCol("features"),
            head());
    assertEquals(2, found.size(), found.toString());
    assertTrue(
        found
            .get(0)
            .startsWith(
                "column 'hidden' carries layers (dense) that are not part of what is trained on column 'features'; unless another head reads them, to train"),
        found.get(0));
  }

  @Test
  void aCastLosesLayers() {
    Dataset<Row> rows = dense(3, "price", "price").transform(houses());
    NetworkModel<?> model =
        head()
            .setFeaturesCol("price")
            .fit(rows.withColumn("price", col("price").cast("float").cast("double")));
    assertTrue(
        model.summary().findings().get(0).contains("carries no layer, so this trains a linear"),
        model.summary().findings().toString());
  }

  @Test
  void whatIsReadIsNotToldOf() {
    assertEquals(
        List.of(),
        findings(
            houses(),
            dense(3, "rooms", "skip"),
            dense(3, "skip", "branch"),
            new Add().setInputCols("skip", "branch"),
            head()));
    assertEquals(
        List.of(),
        findings(
            houses(),
            dense(3, "rooms", "hidden"),
            new Dense().setUnits(4).setInputCol("price"),
            head().setFeaturesCols("hidden", "price")));
    // Raw columns, whatever their names.
    assertEquals(
        List.of("column 'features' carries no layer, so this trains a linear model"),
        findings(houses(), assembler("rooms", "price"), head()).stream()
            .map(text -> text.split(";")[0])
            .toList());
  }

  @Test
  void anotherHeadsColumnIsMentionedOnly() {
    List<String> found =
        findings(
            houses(), dense(3, "rooms", "a"), dense(2, "rooms", "b"), head().setFeaturesCol("a"));
    assertEquals(1, found.size());
    assertTrue(found.get(0).contains("column 'b' carries layers (dense)"), found.get(0));
    assertTrue(found.get(0).contains("unless another head reads them"), found.get(0));
  }
}
