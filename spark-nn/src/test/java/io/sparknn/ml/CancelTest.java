package io.sparknn.ml;

import static io.sparknn.spark.LocalSpark.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.ml.CancelTrial.Way;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever stops a training is obeyed: nothing of it stays, and the next one works. */
class CancelTest {

  private static int undisturbed;

  @TempDir private Path folder;

  @BeforeAll
  static void train() {
    undisturbed = CancelTrial.next(spark(), "jobs");
  }

  static Stream<Arguments> ways() {
    return CancelTrial.MODES.stream()
        .flatMap(mode -> Way.repeatable().stream().map(way -> Arguments.of(mode, way)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("ways")
  void isObeyedInOneProcess(String mode, Way way) {
    assertEquals("", CancelTrial.trial(spark(), mode, way, undisturbed));
  }

  @ParameterizedTest
  @ValueSource(strings = {"barrier", "jobs"})
  void aKilledTaskIsRepeated(String mode) {
    assertEquals(undisturbed, CancelTrial.killed(spark(), mode));
  }

  @Test
  void isObeyedOnACluster() throws Exception {
    Map<String, String> expected = new TreeMap<>();
    ways().forEach(way -> expected.put("%s, %s:".formatted(way.get()), "obeyed"));
    CancelTrial.MODES.forEach(mode -> expected.put(mode + ", a task killed:", "same"));
    expected.put("context stopped:", "obeyed");
    try (ChildJvm driver = ChildJvm.driver(folder, Map.of(), CancelTrial.class)) {
      assertEquals(expected, driver.results(), driver::text);
    }
  }
}
