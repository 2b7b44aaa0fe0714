package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.serializer.KryoSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Under dynamic allocation, where executors that idle for a second are dismissed with all that they
 * have cached, a cluster trains to the bits of a single process. What travels is serialized by
 * Kryo.
 */
@Tag("cluster")
class AllocationTest {

  private static final String ALLOCATION = "spark.dynamicAllocation.";

  @TempDir private Path folder;

  @Test
  void executorsMayComeAndGo() throws Exception {
    NeuralNetworkClassifier head = ClusterTrial.head(AllocationTrial.EPOCHS);
    NeuralNetworkClassificationModel model = ClusterTrial.train(ClusterTrial.rows(spark()), head);
    Map<String, String> settings =
        Map.of(
            ALLOCATION + "enabled",
            "true",
            ALLOCATION + "shuffleTracking.enabled",
            "true",
            ALLOCATION + "shuffleTracking.timeout",
            "1s",
            ALLOCATION + "executorIdleTimeout",
            "1s",
            ALLOCATION + "cachedExecutorIdleTimeout",
            "1s",
            "spark.serializer",
            KryoSerializer.class.getName(),
            "spark.hadoop.fs.slow.impl",
            AllocationTrial.SlowFiles.class.getName());
    try (ChildJvm driver =
        ChildJvm.driver(folder, settings, AllocationTrial.class, folder.toString())) {
      Map<String, String> results = driver.results();
      assertEquals(String.valueOf(ClusterTrial.checksum(model)), results.get("trained"));
      assertTrue(number(results, "executors that came") >= 5, results::toString);
      assertTrue(number(results, "executors that went") >= 4, results::toString);
      assertTrue(
          number(results, "jobs") >= AllocationTrial.EPOCHS * ClusterTrial.EPOCH_ITERATIONS,
          results::toString);
      System.out.println(results);
    }
  }

  private static int number(Map<String, String> results, String name) {
    return Integer.parseInt(results.get(name));
  }
}
