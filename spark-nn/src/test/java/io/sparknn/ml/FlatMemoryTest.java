package io.sparknn.ml;

import static io.sparknn.ml.Tables.LABELED;
import static io.sparknn.ml.Tables.clouds;
import static io.sparknn.ml.Tables.partitioned;
import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.ml.layer.Dense;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
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

  /** So long what stays behind may be on its way out on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

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

  /** The least of some readings. */
  private static long used() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      least = Math.min(least, usedNow());
    }
    return least;
  }

  /** Spark gives some of its memory back in threads of its own, which may have to wait. */
  private static long usedNow() throws InterruptedException {
    try {
      spark().sparkContext().listenerBus().waitUntilEmpty(PATIENCE.toMillis());
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
    System.gc();
    Thread.sleep(100);
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
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
    long more = used() - before;
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (more >= MOST && System.nanoTime() < end) {
      more = Math.min(more, usedNow() - before);
    }
    assertTrue(more < MOST, more + " bytes more");
  }
}
