package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.labeled;
import static io.sparknn.ml.Tables.table;
import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.ml.layer.Dense;
import io.sparknn.ml.layer.Flatten;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same numbers train the same model to the bit, whatever the type of their column. */
class InputTypesTest {

  private static final int WIDTH = 6;

  /** Small whole numbers, two thirds of them 0. */
  private static Dataset<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      int row = i;
      double[] values =
          IntStream.range(0, WIDTH)
              .mapToDouble(k -> (row + k) % 3 == 0 ? row % 5 - 2 : 0)
              .toArray();
      rows.add(labeled(i % 2, values));
    }
    return table(LABELED, rows);
  }

  private static PipelineModel fit(Dataset<Row> rows) {
    PipelineStage[] stages = {
      new Flatten(),
      new Dense().setUnits(3).setActivation("tanh"),
      new NeuralNetworkClassifier().setMaxIter(2).setBatchSize(8)
    };
    return new Pipeline().setStages(stages).fit(rows);
  }

  private static float[] weights(PipelineModel model) {
    return ((NetworkModel<?>) model.stages()[2]).files().weights();
  }

  private static List<Row> predictions(PipelineModel model, Dataset<Row> rows) {
    return model.transform(rows).select("rawPrediction").collectAsList();
  }

  private static void assertTrainsTheSame(Column features) {
    Dataset<Row> rows = rows();
    Dataset<Row> others = rows.withColumn("features", features);
    PipelineModel expected = fit(rows);
    PipelineModel actual = fit(others);
    assertArrayEquals(weights(expected), weights(actual));
    assertEquals(predictions(expected, rows), predictions(actual, others));
  }

  private static Column numbers() {
    return vector_to_array(col("features"), "float64");
  }

  @Test
  void sparseVectors() {
    Dataset<Row> rows = rows();
    var sparse =
        rows.collectAsList().stream()
            .map(
                r -> Tables.row(r.<org.apache.spark.ml.linalg.Vector>getAs(0).toSparse(), r.get(1)))
            .toList();
    assertArrayEquals(weights(fit(rows)), weights(fit(table(LABELED, sparse))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"double", "float", "tinyint", "int", "bigint", "decimal(5,2)"})
  void arrays(String type) {
    assertTrainsTheSame(numbers().cast("array<%s>".formatted(type)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void nestedArrays(int length) {
    Dataset<Row> nested = rows().withColumn("features", numbers());
    assertArrayEquals(
        weights(fit(nested)),
        weights(
            fit(
                nested.withColumn(
                    "features",
                    expr(
                        String.format(
                            Locale.ROOT,
                            "transform(sequence(1, %d, %d), i -> slice(features, i, %d))",
                            WIDTH,
                            length,
                            length))))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"double", "float", "int", "smallint", "decimal(5,2)"})
  void aNumberIsAVectorOfOne(String type) {
    Column number = numbers().getItem(0);
    Dataset<Row> vectors = rows().withColumn("features", array_to_vector(array(number)));
    Dataset<Row> numbers = rows().withColumn("features", number.cast(type));
    assertArrayEquals(weights(fit(vectors)), weights(fit(numbers)));
  }

  @Test
  void vectorsWithAndWithoutKnownSize() {
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"raw"})
            .setOutputCol("features")
            .transform(rows().withColumnRenamed("features", "raw"));
    assertArrayEquals(weights(fit(rows())), weights(fit(assembled)));
  }

  @Test
  void aModelScoresOtherTypesThanItWasTrainedOn() {
    PipelineModel model = fit(rows());
    assertEquals(
        predictions(model, rows()), predictions(model, rows().withColumn("features", numbers())));
    assertEquals(
        predictions(model, table(LABELED, labeled(0, 0, 0, 0, 2, 0, 0))),
        predictions(
            model,
            table(LABELED, Tables.row(Vectors.sparse(6, new int[] {3}, new double[] {2}), 0.0))));
  }
}
