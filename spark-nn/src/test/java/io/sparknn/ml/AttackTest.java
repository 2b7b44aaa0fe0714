package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stranger at the port of a training, without {@code spark.authenticate}, gets nothing, changes
 * no bit and takes no memory.
 */
class AttackTest {

  @TempDir private Path folder;

  @Test
  void strangersAreRefused() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    for (String attack :
        new String[] {
          "garbage",
          "a frame of 2 GB",
          "a stream of 2 GB",
          "silence",
          "a flood",
          "a request for weights",
          "a claim of 2 GB",
          "forged sums"
        }) {
      expected.put(attack + ":", "refused");
    }
    expected.put("checksums:", String.format(Locale.ROOT, "[%d]", AttackTrial.train(spark())));
    expected.put("weights that left:", "0");
    expected.put("memory:", "flat");
    try (ServerSocket free = new ServerSocket(0)) {
      String port = String.valueOf(free.getLocalPort());
      free.close();
      try (ChildJvm driver =
          ChildJvm.driver(folder, Map.of("spark.nn.port", port), AttackTrial.class)) {
        assertEquals(expected, driver.results(), driver::text);
        assertFalse(driver.text().contains("has gone"), driver::text);
      }
    }
  }
}
