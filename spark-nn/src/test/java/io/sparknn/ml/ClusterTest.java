package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors in processes of their own, with authentication and encryption, one of which is killed
 * now and then, train to the bits of a single process.
 */
class ClusterTest {

  @TempDir private Path folder;

  @Test
  void aClusterTrainsToTheBitsOfOneProcess() throws Exception {
    String same = String.valueOf(ClusterTrial.checksum(ClusterTrial.train(spark(), "jobs")));
    String normalized =
        String.valueOf(ClusterTrial.checksum(ClusterTrial.normalized(spark(), "jobs")));
    Map<String, String> settings =
        Map.of(
            "spark.authenticate", "true",
            "spark.authenticate.secret", "a secret of the test",
            "spark.network.crypto.enabled", "true");
    try (ChildJvm driver = ChildJvm.driver(folder, settings, ClusterTrial.class)) {
      assertEquals(expected(same, normalized), driver.results());
    }
  }

  private static Map<String, String> expected(String same, String normalized) {
    Map<String, String> expected =
        new HashMap<>(
            Map.of(
                "barrier, a chain of executors", same,
                "barrier", same,
                "barrier, rounded, loses nothing", "1",
                "barrier with a kill", same,
                "barrier kills", "1",
                "jobs", same,
                "jobs, rounded, loses nothing", "1",
                "jobs with a kill", same,
                "jobs kills", "1"));
    for (String mode : new String[] {"barrier", "jobs"}) {
      expected.put(mode + ", normalised", normalized);
      expected.put(mode + ", normalised, with a kill", normalized);
      expected.put(mode + ", normalised, kills", "1");
    }
    return expected;
  }
}
