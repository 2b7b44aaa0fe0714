package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * With Spark's encryption no weights can be read off what a driver and its executors send to one
 * another. Without it they can: so it is known that they would be found.
 */
@Tag("cluster")
@EnabledOnOs(value = OS.LINUX, disabledReason = "only there is all of 127.0.0.0/8 this machine")
class WireTest {

  /** Where the driver listens, and where executors believe that it does. */
  private static final String DRIVER = "127.0.0.1";

  private static final String TAP = "127.0.0.2";

  private static final List<String> PORTS =
      List.of("spark.driver.port", "spark.driver.blockManager.port", "spark.nn.port");

  /** So many weights in a row are a run; runs begin this far from one another. */
  private static final int LENGTH = 8;

  private static final int APART = 61;
  private static final int RUNS = 70;

  /** Weights by mode and time, and checksums by mode. */
  private static final Map<String, float[]> WEIGHTS = new TreeMap<>();

  private static final Map<String, String> CHECKSUMS = new TreeMap<>();

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    for (String mode : WireTrial.MODES) {
      NeuralNetworkClassificationModel half = train(mode, WireTrial.EPOCHS / 2);
      NeuralNetworkClassificationModel whole = train(mode, WireTrial.EPOCHS);
      long seed = WireTrial.head(mode, 1).getSeed();
      WEIGHTS.put(mode + ", first", whole.files().network().initialWeights(seed));
      WEIGHTS.put(mode + ", half way", half.files().weights());
      WEIGHTS.put(mode + ", last", whole.files().weights());
      CHECKSUMS.put(mode, String.valueOf(ClusterTrial.checksum(whole)));
    }
  }

  private static NeuralNetworkClassificationModel train(String mode, int epochs) {
    return ClusterTrial.train(ClusterTrial.rows(spark()), WireTrial.head(mode, epochs));
  }

  @Test
  void encryptedWeightsAreNotFound() throws Exception {
    List<byte[]> streams =
        capture(
            Map.of(
                "spark.authenticate", "true",
                "spark.authenticate.secret", "a secret of the test",
                "spark.network.crypto.enabled", "true"));
    assertEquals(all(0), found(streams));
  }

  @Test
  void plainWeightsAreFound() throws Exception {
    assertEquals(all(RUNS), found(capture(Map.of())));
  }

  private static Map<String, Integer> all(int count) {
    Map<String, Integer> counts = new TreeMap<>();
    WEIGHTS.keySet().forEach(name -> counts.put(name, count));
    return counts;
  }

  /** What a driver and its executors say to one another, by any of its ports. */
  private List<byte[]> capture(Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.driver.host", TAP);
    all.put("spark.driver.bindAddress", DRIVER);
    for (String setting : List.of("broadcast", "shuffle", "rdd")) {
      all.put("spark.%s.compress".formatted(setting), "false");
    }
    List<Tap> taps = new ArrayList<>();
    try {
      for (String port : PORTS) {
        Tap tap = new Tap(TAP, DRIVER);
        taps.add(tap);
        all.put(port, String.valueOf(tap.port()));
      }
      try (ChildJvm driver = ChildJvm.driver(folder, all, WireTrial.class)) {
        assertEquals(CHECKSUMS, driver.results());
      }
    } finally {
      for (Tap tap : taps) {
        tap.close();
      }
    }
    return taps.stream().flatMap(tap -> tap.streams().stream()).toList();
  }

  /** Of the runs of each of the weights, how many are in streams in either order of bytes. */
  private static Map<String, Integer> found(List<byte[]> streams) {
    Map<Long, Run> runs = new HashMap<>();
    WEIGHTS.forEach(
        (name, weights) -> {
          for (int i = 0; i < RUNS; i++) {
            float[] run = Arrays.copyOfRange(weights, i * APART, i * APART + LENGTH);
            add(runs, new Run(name, i, bytes(run, ByteOrder.LITTLE_ENDIAN)));
            add(runs, new Run(name, i, bytes(run, ByteOrder.BIG_ENDIAN)));
          }
        });
    Map<String, Set<Integer>> found = new TreeMap<>();
    WEIGHTS.keySet().forEach(name -> found.put(name, new HashSet<>()));
    for (byte[] stream : streams) {
      long key = 0;
      for (int i = 0; i < stream.length; i++) {
        key = (key << Byte.SIZE) | (stream[i] & 0xff);
        Run run = runs.get(key);
        if (run != null && run.isAt(stream, i + 1 - Long.BYTES)) {
          found.get(run.name).add(run.number);
        }
      }
    }
    Map<String, Integer> counts = new TreeMap<>();
    found.forEach((name, numbers) -> counts.put(name, numbers.size()));
    return counts;
  }

  private record Run(String name, int number, byte[] bytes) {

    boolean isAt(byte[] stream, int from) {
      int to = from + bytes.length;
      return from >= 0
          && to <= stream.length
          && Arrays.equals(stream, from, to, bytes, 0, bytes.length);
    }
  }

  private static void add(Map<Long, Run> runs, Run run) {
    assertNull(runs.put(ByteBuffer.wrap(run.bytes).getLong(), run), "two runs begin alike");
  }

  private static byte[] bytes(float[] values, ByteOrder order) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(order);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }
}
