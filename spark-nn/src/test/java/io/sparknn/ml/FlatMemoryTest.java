package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing stays behind, neither of an iteration nor of a training. */
class FlatMemoryTest {

  private static final int TRAININGS = 4;

  /** One copy of the weights each training would be four times as much. */
  private static final long MOST = 4_000_000;

  private static final int UNITS = 50_000;

  private static void train(Dataset<Row> rows, String mode) {
    new Pipeline()
        .setStages(
            new PipelineStage[] {
              new Dense().setUnits(UNITS).setActivation("relu"),
              new NeuralNetworkClassifier().setMaxIter(3).setBatchSize(10).setAggregationMode(mode)
            })
        .fit(rows);
  }

  private static long used() throws InterruptedException {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Thread.sleep(100);
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs", "barrier"})
  void memoryStaysFlat(String mode) throws InterruptedException {
    Dataset<Row> rows = partitioned(LABELED, clouds(40, 3), 20, 20);
    for (int i = 0; i < TRAININGS; i++) {
      train(rows, mode);
    }
    long before = used();
    for (int i = 0; i < TRAININGS; i++) {
      train(rows, mode);
    }
    long after = used();
    assertTrue(after - before < MOST, "%,d bytes more".formatted(after - before));
  }
}
