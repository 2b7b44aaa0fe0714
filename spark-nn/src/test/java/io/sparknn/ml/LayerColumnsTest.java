package io.sparknn.ml;

import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.planes;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.ml.Tables.vectorOf;
import static io.sparknn.spark.LocalSpark.spark;
import static org.apache.spark.sql.functions.col;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sparknn.graph.Graph;
import io.sparknn.ml.layer.Activation;
import io.sparknn.ml.layer.Add;
import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Flatten;
import io.sparknn.ml.layer.Reshape;
import io.sparknn.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A column carries its network, and its value stays the raw input. */
class LayerColumnsTest {

  @TempDir static Path folder;

  private static Dataset<Row> points() {
    return table(Tables.LABELED, clouds(12, 3));
  }

  private static Dense dense(int units) {
    return new Dense().setUnits(units);
  }

  private static Dataset<Row> annotate(Dataset<Row> rows, Transformer... stages) {
    return new Pipeline().setStages(stages).fit(rows).transform(rows);
  }

  private static Graph graph(Dataset<Row> rows, String column) {
    return SymbolicColumn.of(rows.schema(), column).graph();
  }

  @Test
  void aLayerAnnotatesItsColumnInPlace() {
    Dataset<Row> annotated = dense(3).transform(points());
    assertArrayEquals(points().columns(), annotated.columns());
    assertEquals(points().collectAsList(), annotated.collectAsList());
    assertEquals(Shape.of(3), graph(annotated, "features").shape());
  }

  @Test
  void aLayerWritesANewColumnIfTold() {
    Dataset<Row> annotated = dense(3).setOutputCol("hidden").transform(points());
    assertArrayEquals(new String[] {"features", "label", "hidden"}, annotated.columns());
    assertEquals(0, graph(annotated, "features").nodes().size());
    assertEquals(1, graph(annotated, "hidden").nodes().size());
    assertEquals(0, annotated.filter(col("features").notEqual(col("hidden"))).count());
  }

  static Stream<Arguments> operations() {
    return Stream.of(
        operation("select", rows -> rows.select("features")),
        operation("alias", rows -> rows.as("t").select(col("t.features").as("features"))),
        operation(
            "rename",
            rows -> rows.withColumnRenamed("features", "f").withColumnRenamed("f", "features")),
        operation("filter", rows -> rows.filter("label > 0")),
        operation("sample", rows -> rows.sample(0.5)),
        operation("cache", Dataset::cache),
        operation("checkpoint", Dataset::localCheckpoint),
        operation("repartition", rows -> rows.repartition(3)),
        operation("union", rows -> rows.union(rows)),
        operation("join", rows -> rows.join(spark().range(1).toDF("id"))),
        operation("drop nulls", rows -> rows.na().drop()),
        operation(
            "Parquet",
            rows -> {
              rows.write().parquet(folder + "/annotated");
              return spark().read().parquet(folder + "/annotated");
            }),
        operation(
            "SQL view",
            rows -> {
              rows.createOrReplaceTempView("annotated");
              return spark().sql("select features from annotated where label = 1");
            }));
  }

  private static Arguments operation(String name, UnaryOperator<Dataset<Row>> operation) {
    return arguments(name, operation);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operations")
  void theNetworkSurvives(String name, UnaryOperator<Dataset<Row>> operation) {
    Dataset<Row> annotated = dense(3).transform(points());
    assertEquals(graph(annotated, "features"), graph(operation.apply(annotated), "features"));
  }

  static Stream<LayerStage<?>> stages() {
    return Stream.of(
        dense(3).setInputCol("a"),
        dense(3).setInputCol("a").setOutputCol("new"),
        dense(3).setInputCol("a.b c"),
        dense(3).setInputCol("a").setOutputCol("new.one"),
        new Flatten().setInputCol("nested"),
        new Reshape().setTargetShape(2, 1).setInputCol("a"),
        new Add().setInputCols("a", "b"),
        new Add().setInputCols("a", "b").setOutputCol("a"),
        new Add().setInputCols("a", "a"));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void transformSchemaTellsWhatTransformDoes(LayerStage<?> stage) {
    StructType schema =
        schema(
            vectorOf("a", 2),
            vectorOf("b", 2),
            vectorOf("a.b c", 2),
            field("nested", "array<array<float>>"));
    Dataset<Row> rows = table(schema);
    assertEquals(stage.transformSchema(schema), Origins.remove(stage.transform(rows).schema()));
  }

  @Test
  void twoColumnsThatBoreOneNameDoNotJoin() {
    Dataset<Row> first = dense(3).setOutputCol("x").transform(points());
    Dataset<Row> both =
        dense(3)
            .setOutputCol("y")
            .transform(
                first
                    .drop("features")
                    .withColumn("features", col("x").as("features", Metadata.empty())));
    Add add = new Add().setInputCols("x", "y");
    String message =
        assertThrows(IllegalArgumentException.class, () -> add.transform(both)).getMessage();
    assertTrue(message.contains("two different columns that were both named 'features'"), message);
  }

  @Test
  void branchesFromOneRawColumnJoinAcrossFilters() {
    Dataset<Row> rows = dense(3).setOutputCol("x").transform(points()).filter("label < 2").cache();
    Dataset<Row> both = dense(3).setOutputCol("y").transform(rows.repartition(2)).limit(5);
    Dataset<Row> joined = new Add().setInputCols("x", "y").setOutputCol("z").transform(both);
    assertEquals(Tables.VECTOR, joined.schema().apply("z").dataType());
  }

  @Test
  void namesThatDifferInCaseAreOneColumn() {
    Dense stage = dense(3).setOutputCol("Features");
    assertEquals(
        stage.transformSchema(points().schema()),
        Origins.remove(stage.transform(points()).schema()));
  }

  @Test
  void columnsOfOneInputJoinToOneDiamondOverTheRawVector() {
    Dataset<Row> joined =
        annotate(
            points(),
            dense(3).setOutputCol("x"),
            dense(3).setInputCol("x").setOutputCol("y"),
            new Add().setInputCols("x", "y"));
    Graph graph = graph(joined, "features");
    assertEquals(List.of("features"), graph.inputs().stream().map(Graph.Input::name).toList());
    assertEquals(3, graph.nodes().size());
    assertEquals(
        List.of(graph.nodes().get(0).name(), graph.nodes().get(1).name()),
        graph.nodes().get(2).inputs());
    assertEquals(Tables.VECTOR, joined.schema().apply("features").dataType());
    assertEquals(points().collectAsList(), joined.select("features", "label").collectAsList());
  }

  @Test
  void columnsOfTwoInputsJoinToAStructThatTrains() {
    PipelineStage[] stages = {
      dense(4).setInputCol("a"),
      dense(4).setInputCol("b"),
      new Add().setInputCols("a", "b"),
      new NeuralNetworkRegressor()
          .setLabelCol("y")
          .setMaxIter(30)
          .setBatchSize(20)
          .setStepSize(0.05)
    };
    Dataset<Row> rows = planes(60);
    PipelineModel model = new Pipeline().setStages(stages).fit(rows);
    Dataset<Row> scored = model.transform(rows);
    assertEquals(
        List.of("a", "b"),
        List.of(((StructType) scored.schema().apply("features").dataType()).fieldNames()));
    assertEquals(0, scored.filter("abs(prediction - y) > 0.2").count());
  }

  @Test
  void oneStageOnTwoColumnsSharesItsWeights() {
    Dense shared = dense(3);
    Dense other = dense(3);
    assertEquals(weights(4, 3) + weights(3, 2), siamese(shared, shared.copy(ParamMap.empty())));
    assertEquals(2 * weights(4, 3) + weights(3, 2), siamese(shared, other));
  }

  private static int weights(int inputs, int outputs) {
    return (inputs + 1) * outputs;
  }

  private static int siamese(Dense left, Dense right) {
    Dataset<Row> rows =
        points()
            .select(
                col("features").as("l"), col("features").as("r"), col("label").mod(2).as("label"));
    PipelineStage[] stages = {
      left.setInputCol("l"),
      right.setInputCol("r"),
      new Add().setInputCols("l", "r"),
      new NeuralNetworkClassifier().setMaxIter(1)
    };
    PipelineModel model = new Pipeline().setStages(stages).fit(rows);
    return ((NetworkModel<?>) model.stages()[3]).numWeights();
  }

  @Test
  void columnNamesMayHoldDotsSpacesAndBackticks() {
    Dataset<Row> rows = planes(20).toDF("a.a", "b `b", "the y.");
    PipelineStage[] stages = {
      dense(2).setInputCol("a.a"),
      dense(2).setInputCol("b `b").setOutputCol("h.h"),
      new Add().setInputCols("a.a", "h.h").setOutputCol("f.f"),
      new Activation().setActivation("tanh").setInputCol("f.f"),
      new NeuralNetworkRegressor()
          .setFeaturesCol("f.f")
          .setLabelCol("the y.")
          .setPredictionCol("p.p")
          .setMaxIter(1)
    };
    Dataset<Row> scored = new Pipeline().setStages(stages).fit(rows).transform(rows);
    assertEquals(20, scored.filter("`p.p` is not null and `the y.` is not null").count());
  }

  /** By the thread's own time, whatever else the machine does. */
  @Test
  void twoHundredLayersArePlannedFast() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    PipelineStage[] stages =
        IntStream.range(0, 200).mapToObj(i -> dense(8)).toArray(PipelineStage[]::new);
    Pipeline deep = new Pipeline().setStages(stages);
    StructType schema = points().schema();
    long start = threads.getCurrentThreadCpuTime();
    deep.transformSchema(schema);
    long inferred = threads.getCurrentThreadCpuTime();
    Dataset<Row> annotated = deep.fit(points()).transform(points());
    long planned = threads.getCurrentThreadCpuTime();
    assertTrue(inferred - start < TimeUnit.SECONDS.toNanos(10));
    assertTrue(planned - inferred < TimeUnit.SECONDS.toNanos(30));
    assertEquals(200, graph(annotated, "features").nodes().size());
    assertEquals(points().collectAsList(), annotated.collectAsList());
    assertTrue(annotated.schema().json().length() < 100_000);
  }
}
