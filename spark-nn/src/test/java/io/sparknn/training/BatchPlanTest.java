package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BatchPlanTest {

  static Stream<BatchPlan> plans() {
    int[] rows = {1, 2, 3, 7, 16, 97, 100, 1000};
    int[] batchSizes = {1, 2, 3, 10, 32, 99, 5000};
    return IntStream.of(rows)
        .boxed()
        .flatMap(
            n ->
                IntStream.of(batchSizes)
                    .boxed()
                    .flatMap(
                        size ->
                            LongStream.of(0, 42, -7)
                                .mapToObj(seed -> new BatchPlan(n, size, seed))));
  }

  private static List<Long> select(BatchPlan plan, int epoch, int iteration, long from, long to) {
    List<Long> rows = new ArrayList<>();
    plan.select(epoch, iteration, from, to, rows::add);
    return rows;
  }

  private static List<Long> batch(BatchPlan plan, int epoch, int iteration) {
    return select(plan, epoch, iteration, 0, plan.rows());
  }

  private static List<List<Long>> epoch(BatchPlan plan, int epoch) {
    return IntStream.range(0, plan.iterations())
        .mapToObj(iteration -> batch(plan, epoch, iteration))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void anEpochTakesEveryRowOnce(BatchPlan plan) {
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Long> rows = epoch(plan, epoch).stream().flatMap(List::stream).sorted().toList();
      assertEquals(LongStream.range(0, plan.rows()).boxed().toList(), rows);
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void batchesDifferByARowAndKeepTheLimit(BatchPlan plan) {
    var sizes = epoch(plan, 1).stream().mapToInt(List::size).summaryStatistics();
    assertTrue(sizes.getMax() <= plan.batchSize(), sizes::toString);
    assertTrue(sizes.getMax() - sizes.getMin() <= 1, sizes::toString);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void anySplittingIntoRangesSelectsTheSame(BatchPlan plan) {
    Random random = new Random(plan.rows());
    for (int iteration = 0; iteration < Math.min(plan.iterations(), 20); iteration++) {
      List<Long> parts = new ArrayList<>();
      long from = 0;
      while (from < plan.rows()) {
        long to = Math.min(plan.rows(), from + random.nextLong(plan.rows() / 3 + 2));
        List<Long> part = select(plan, 2, iteration, from, to);
        assertEquals(part.size(), plan.count(2, iteration, from, to));
        parts.addAll(part);
        from = to;
      }
      assertEquals(
          batch(plan, 2, iteration).stream().sorted().toList(), parts.stream().sorted().toList());
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void anEmptyRangeSelectsNothing(BatchPlan plan) {
    for (long at : new long[] {0, plan.rows() / 2, plan.rows()}) {
      assertEquals(0, plan.count(0, 0, at, at));
    }
  }

  @ParameterizedTest
  @CsvSource({"1000, 32, 4", "1000, 100, 7", "999, 10, 8", "100, 50, 3", "64, 64, 4"})
  void equalPartitionsHoldEvenSharesOfEveryBatch(int rows, int batchSize, int partitions) {
    BatchPlan plan = new BatchPlan(rows, batchSize, 9);
    for (int iteration = 0; iteration < plan.iterations(); iteration++) {
      double even = (double) batch(plan, 0, iteration).size() / partitions;
      for (long p = 0; p < partitions; p++) {
        long from = p * rows / partitions;
        long to = (p + 1) * rows / partitions;
        assertEquals(even, plan.count(0, iteration, from, to), 2);
      }
    }
  }

  @Test
  void epochsAndSeedsDiffer() {
    BatchPlan plan = new BatchPlan(1000, 32, 1);
    assertEquals(epoch(plan, 0), epoch(new BatchPlan(1000, 32, 1), 0));
    assertNotEquals(epoch(plan, 0), epoch(plan, 1));
    assertNotEquals(epoch(plan, 0), epoch(new BatchPlan(1000, 32, 2), 0));
  }

  /** Rows at least a run apart meet in one batch of T; nearer ones less often, but they do. */
  @Test
  void allRowsMeetInSomeBatch() {
    int rows = 24;
    int iterations = 4;
    int epochs = 4000;
    BatchPlan plan = new BatchPlan(rows, rows / iterations, 3);
    int[][] met = new int[rows][rows];
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (List<Long> batch : epoch(plan, epoch)) {
        batch.forEach(a -> batch.forEach(b -> met[a.intValue()][b.intValue()]++));
      }
    }
    for (int a = 0; a < rows; a++) {
      for (int b = 0; b < a; b++) {
        int distance = Math.min(a - b, rows - a + b);
        double apart = Math.min(1, distance / (double) iterations);
        double expected = epochs * apart / iterations;
        assertEquals(expected, met[a][b], 6 * Math.sqrt(expected), a + " and " + b);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "5, 0"})
  void impossiblePlansAreRefused(int rows, int batchSize) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new BatchPlan(rows, batchSize, 0))
            .getMessage();
    assertEquals(
        String.format(
            Locale.ROOT,
            "rows and batchSize must be at least 1; received %d and %d",
            rows,
            batchSize),
        message);
  }
}
