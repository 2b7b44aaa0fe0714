package io.sparknn.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.training.Times;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the time of a training went. */
class TimeSplitTest {

  @ParameterizedTest
  @CsvSource({
    "90, 2, 2, 2, 2, 2, ''",
    "50, 30, 5, 5, 5, 5, skew",
    "40, 0, 15, 15, 25, 5, scheduling broadcast",
    "50, 0, 0, 0, 0, 50, update"
  })
  void whatTakesMuchTimeHasARemedy(
      double compute,
      double skew,
      double broadcast,
      double aggregation,
      double scheduling,
      double update,
      String expected) {
    TimeSplit split =
        new TimeSplit(new Times(compute, skew, broadcast, aggregation, scheduling, update), 1000);
    List<String> starts = split.suggestions().stream().map(each -> each.split("[: ]")[0]).toList();
    assertEquals(expected, String.join(" ", starts));
    assertEquals(100, split.seconds());
    assertTrue(split.toString().startsWith("an iteration took 100.0 ms: compute "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs", "barrier"})
  void theSplitIsAllOfTheTime(String mode) {
    NeuralNetworkClassifier head =
        new NeuralNetworkClassifier().setMaxIter(4).setBatchSize(10).setAggregationMode(mode);
    TrainingSummary summary =
        head.fit(Tables.partitioned(Tables.LABELED, Tables.clouds(60, 3), 30, 30)).summary();
    TimeSplit split = summary.timeSplit();
    assertEquals(24, split.iterations());
    assertEquals(summary.totalSeconds(), split.seconds(), 0.05 * summary.totalSeconds());
    assertTrue(split.times().compute() > 0);
    assertEquals(mode.equals("jobs"), split.times().scheduling() > 0);
  }
}
