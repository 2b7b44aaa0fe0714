package io.sparknn.ml;

import static io.sparknn.ml.Tables.VECTOR;
import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.GlobalAveragePooling1D;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The first row is a row like the others. */
class FirstRowTest {

  private static final StructType STEPS =
      schema(field("features", "array<array<double>>"), field("label", "double"));

  private static final Row EMPTY = row(new double[0][], 1.0);

  private static Row steps(double label, int count) {
    return row(Collections.nCopies(count, new double[] {label, 1}).toArray(double[][]::new), label);
  }

  private static PipelineModel fit(Dataset<Row> rows) {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new GlobalAveragePooling1D(),
              new NeuralNetworkClassifier().setMaxIter(2).setBatchSize(100).setSeed(3)
            })
        .fit(rows);
  }

  private static float[] weights(PipelineModel model) {
    return ((NetworkModel<?>) model.stages()[1]).files().weights();
  }

  @Test
  void anEmptySequenceMayComeFirstAndAlone() {
    List<Row> last = List.of(steps(1, 3), steps(0, 2), steps(1, 1), EMPTY, EMPTY);
    List<Row> first = new ArrayList<>(last);
    Collections.reverse(first);
    PipelineModel model = fit(table(STEPS, first));
    assertArrayEquals(weights(fit(table(STEPS, last))), weights(model), 1e-6f);
    assertArrayEquals(weights(model), weights(fit(partitioned(STEPS, first, 0, 2, 0, 3))), 1e-6f);
    assertEquals(1, model.transform(table(STEPS, EMPTY)).collectAsList().size());
    assertEquals(0, model.transform(table(STEPS)).collectAsList().size());
  }

  @Test
  void whatNoRowTellsIsSaid() {
    assertRefused(() -> fit(table(STEPS, EMPTY, EMPTY)), "'features' has an empty value");
    assertRefused(() -> fit(table(STEPS)), "there is no row to train on");
  }

  @Test
  void aBadRowIsNamedWhereverItIs() {
    StructType labels = schema(field("features", VECTOR), field("label", "array<double>"));
    Row good = row(Vectors.dense(1, 2), List.of(1.0, 2.0));
    for (Row bad :
        List.of(
            row(Vectors.dense(1, 2), List.of()),
            row(Vectors.dense(1, 2), null),
            row(null, List.of(1.0, 2.0)),
            row(Vectors.dense(new double[0]), List.of(1.0, 2.0)))) {
      assertEquals(refusal(labels, good, bad), refusal(labels, bad, good));
    }
    assertEquals(
        refusal(STEPS, steps(1, 2), row(null, 1.0)), refusal(STEPS, row(null, 1.0), steps(1, 2)));
  }

  private static String refusal(StructType schema, Row... rows) {
    NeuralNetworkRegressor head = new NeuralNetworkRegressor().setMaxIter(1);
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                schema.equals(STEPS)
                    ? new PipelineStage[] {new GlobalAveragePooling1D(), head}
                    : new PipelineStage[] {head});
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> pipeline.fit(table(schema, rows).coalesce(1)))
            .getMessage();
    return message.substring(message.indexOf(':'));
  }

  private static void assertRefused(Runnable work, String said) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.contains(said), message);
  }
}
