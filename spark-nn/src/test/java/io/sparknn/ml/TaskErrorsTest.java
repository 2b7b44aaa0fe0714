package io.sparknn.ml;

import static io.sparknn.ml.Tables.field;
import static io.sparknn.ml.Tables.row;
import static io.sparknn.ml.Tables.schema;
import static io.sparknn.ml.Tables.table;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Embedding;
import io.sparknn.ml.layer.Flatten;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What only a layer can refuse while it trains is said once, in one sentence: no task fails. */
class TaskErrorsTest {

  private static final StructType IDS =
      schema(field("features", "array<int>"), field("label", "double"), field("kept", "boolean"));

  /** A row of ids up to 2, of which one has an id of 7. */
  private static List<Row> rows(boolean badIsKept) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean isBad = i == 30;
      rows.add(row(new int[] {i % 3, isBad ? 7 : i % 2}, i % 2.0, isBad ? badIsKept : i % 4 == 0));
    }
    return rows;
  }

  @ParameterizedTest(name = "{0}, validation {1}")
  @CsvSource({"barrier, false", "jobs, false", "barrier, true", "jobs, true"})
  void anIdBeyondTheTable(String mode, boolean isKept) {
    NeuralNetworkClassifier head =
        new NeuralNetworkClassifier()
            .setMaxIter(3)
            .setValidationIndicatorCol("kept")
            .setAggregationMode(mode);
    assertRefused(
        head,
        rows(isKept),
        head.uid()
            + ": embedding: expects whole numbers from 0 to 2 as ids (inputDim 3); received 7 at position 1 of a row: set inputDim above the greatest id, or handleInvalid to keep");
  }

  @ParameterizedTest
  @ValueSource(strings = {"barrier", "jobs"})
  void localSteps(String mode) {
    NeuralNetworkClassifier head =
        new NeuralNetworkClassifier().setMaxIter(3).setLocalSteps(2).setBatchSize(8);
    String message = refusal(head.setAggregationMode(mode), rows(false));
    assertTrue(message.startsWith(head.uid() + ": "), message);
    assertEquals(1, message.lines().count(), message);
  }

  private static void assertRefused(NeuralNetworkClassifier head, List<Row> rows, String sentence) {
    assertEquals(sentence, refusal(head, rows));
  }

  /** What a training is refused with, of which no task fails. */
  private static String refusal(NeuralNetworkClassifier head, List<Row> rows) {
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new Embedding().setInputDim(3).setOutputDim(2), new Flatten(), head
                });
    AtomicInteger failures = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            if (!end.taskInfo().successful() && !end.taskInfo().killed()) {
              failures.incrementAndGet();
            }
          }
        };
    spark().sparkContext().addSparkListener(listener);
    try {
      String message =
          assertThrows(IllegalArgumentException.class, () -> pipeline.fit(table(IDS, rows)))
              .getMessage();
      spark().sparkContext().listenerBus().waitUntilEmpty();
      assertEquals(0, failures.get(), "tasks failed");
      assertTrue(spark().sparkContext().getPersistentRDDs().isEmpty());
      return message;
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    } finally {
      spark().sparkContext().removeSparkListener(listener);
    }
  }
}
