package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.ml.Tables.vectorOf;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sparknn.ml.layer.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scala.jdk.javaapi.CollectionConverters;

/** A bad row is named in one sentence, in training and in scoring. */
class DataErrorsTest {

  private static final StructType WEIGHTED =
      schema(vectorOf("features", 2), field("label", "double"), field("weight", "double"));
  private static final StructType NAMED =
      schema(
          vectorOf("features", 2),
          NominalAttribute.defaultAttr().withName("label").withNumValues(2).toStructField());
  private static final StructType ARRAYS =
      schema(field("features", "array<float>"), field("label", "int"));

  static Stream<Arguments> badRows() {
    return Stream.of(
        bad("a null vector", LABELED, row(null, 0.0), "'features' has a null"),
        bad("a null label", LABELED, row(Vectors.dense(1, 2), null), "'label' has a null"),
        bad("a null in an array", ARRAYS, row(Arrays.asList(1f, null), 0), "'features'", "null"),
        bad("an empty array", ARRAYS, row(List.of(), 0), "'features'", "length 0"),
        bad("NaN", LABELED, labeled(0, 1, Double.NaN), "'features'", "NaN", "position 1"),
        bad("infinity", LABELED, labeled(0, 1 / 0.0, 1), "'features'", "Infinity", "position 0"),
        bad("beyond 32 bits", LABELED, labeled(0, 1, 1e300), "'features'", "Infinity"),
        bad("a short vector", LABELED, labeled(0, 1), "length 1", "2 is expected"),
        bad("a long vector", LABELED, labeled(0, 1, 2, 3), "length 3", "2 is expected"),
        bad("a NaN label", LABELED, labeled(Double.NaN, 1, 2), "'label'", "NaN"),
        bad("a negative label", LABELED, labeled(-1, 1, 2), "'label'", "0, 1, 2", "received -1.0"),
        bad(
            "a fractional label",
            LABELED,
            labeled(0.5, 1, 2),
            "'label'",
            "0, 1, 2",
            "received 0.5"),
        bad("a huge label", LABELED, labeled(1e6, 1, 2), "'label'", "1000000", "1000 classes"),
        bad("an undeclared class", NAMED, labeled(2, 1, 2), "'label'", "below 2", "received 2.0"),
        bad("a negative weight", WEIGHTED, row(Vectors.dense(1, 2), 0.0, -1.0), "'weight'", "-1.0"),
        bad("a NaN weight", WEIGHTED, row(Vectors.dense(1, 2), 0.0, Double.NaN), "'weight'", "NaN"),
        bad("an infinite label", LABELED, labeled(1 / 0.0, 1, 2), "'label'", "Infinity"),
        bad("a null weight", WEIGHTED, row(Vectors.dense(1, 2), 0.0, null), "'weight'", "null"));
  }

  private static Arguments bad(String name, StructType schema, Row row, String... said) {
    return arguments(name, schema, row, List.of(said));
  }

  /** Good rows around a bad one. */
  private static Dataset<Row> around(StructType schema, Row bad) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      Object features =
          schema.equals(ARRAYS) ? List.of(1f, (float) i) : (Object) Vectors.dense(1, i);
      Object label = schema.equals(ARRAYS) ? (Object) (i % 2) : (Object) (i % 2.0);
      rows.add(schema.equals(WEIGHTED) ? row(features, label, 1.0) : row(features, label));
    }
    rows.add(6, bad);
    return table(schema, rows);
  }

  private static NeuralNetworkClassifier head(StructType schema) {
    NeuralNetworkClassifier head = new NeuralNetworkClassifier().setMaxIter(1);
    return schema.equals(WEIGHTED) ? head.setWeightCol("weight") : head;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badRows")
  void fitRefuses(String name, StructType schema, Row bad, List<String> said) {
    assertRefused(head(schema), around(schema, bad), said);
  }

  @Test
  void fitRefusesWeightsThatAreAllZero() {
    Dataset<Row> rows = table(WEIGHTED, row(Vectors.dense(1, 2), 0.0, 0.0));
    assertRefused(head(WEIGHTED), rows, List.of("weights of all rows are 0"));
  }

  @Test
  void fitRefusesAnEmptyDataFrame() {
    assertRefused(head(LABELED), table(LABELED), List.of("no row to train on"));
    assertRefused(head(WEIGHTED), table(WEIGHTED), List.of("no row to train on"));
  }

  @Test
  void fitRefusesABadFirstRow() {
    assertRefused(head(LABELED), table(LABELED, row(null, 0.0)), List.of("'features' has a null"));
    assertRefused(
        head(LABELED),
        table(ARRAYS, row(List.of(), 0)),
        List.of("'features' has rows of length 0"));
  }

  /** The exponential of 300 is no float. */
  @Test
  void theLayerAndTheRowsThatAreNotFiniteAreNamed() {
    NeuralNetworkRegressor head = new NeuralNetworkRegressor();
    Dataset<Row> rows =
        table(LABELED, labeled(1, 3, 4), labeled(2, 5, 300), labeled(2, 1, 1)).coalesce(1);
    Pipeline pipeline =
        new Pipeline()
            .setStages(new PipelineStage[] {new Activation().setActivation("exponential"), head});
    String message =
        assertThrows(TrainingDivergedException.class, () -> pipeline.fit(rows)).getMessage();
    assertTrue(
        message.startsWith(
            head.uid()
                + ": the loss became Infinity in iteration 1 of epoch 1 (the output of layer"
                + " 'activation' is not finite in 1 of 3 rows of a partition, the first of them"
                + " number 1 (counted from 0)): lower stepSize"),
        message);
  }

  @Test
  void divergenceIsNamed() {
    NeuralNetworkRegressor head =
        new NeuralNetworkRegressor().setSolver("sgd").setStepSize(1e30).setMaxIter(9);
    Set<?> kept = kept();
    Dataset<Row> rows = table(LABELED, labeled(1, 3, 4), labeled(2, 5, 6));
    TrainingDivergedException e =
        assertThrows(TrainingDivergedException.class, () -> head.fit(rows));
    String message = e.getMessage();
    assertTrue(message.startsWith(head.uid() + ": the "), message);
    assertTrue(message.contains("lower stepSize"), message);
    for (float weight : e.lastGoodModel().files().weights()) {
      assertTrue(Float.isFinite(weight));
    }
    assertEquals(2, e.lastGoodModel().transform(rows).count());
    assertTrue(kept.containsAll(kept()), "packed rows are still cached");
  }

  private static void assertRefused(
      NeuralNetworkClassifier head, Dataset<Row> rows, List<String> said) {
    Set<?> kept = kept();
    String message =
        assertThrows(IllegalArgumentException.class, () -> head.fit(rows)).getMessage();
    assertTrue(message.startsWith(head.uid() + ": "), message);
    assertSays(message, said);
    assertTrue(kept.containsAll(kept()), "packed rows are still cached");
  }

  private static void assertSays(String message, List<String> said) {
    said.forEach(part -> assertTrue(message.contains(part), () -> message + "\nlacks: " + part));
    assertEquals(1, message.lines().count(), message);
  }

  /** What Spark caches. */
  private static Set<?> kept() {
    return CollectionConverters.asJava(spark().sparkContext().getPersistentRDDs().keySet());
  }

  static Stream<Arguments> badInputs() {
    return badRows().filter(row -> !row.get()[0].toString().matches(".*(label|class|weight)"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badInputs")
  void scoringRefuses(String name, StructType schema, Row bad, List<String> said) {
    Row good = schema.equals(ARRAYS) ? row(List.of(1f, 2f), 0) : labeled(0, 1, 2);
    var model = head(schema).fit(around(schema, good));
    Throwable thrown =
        assertThrows(
            SparkException.class, () -> model.transform(around(schema, bad)).collectAsList());
    while (thrown.getCause() != null) {
      thrown = thrown.getCause();
    }
    assertSays(thrown.getMessage(), said);
  }
}
