package io.sparknn.training;

import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Sizes;
import java.io.Serializable;
import java.util.Locale;
import java.util.function.LongConsumer;

/**
 * Which rows each iteration trains on: every row once an epoch, in an order that only depends on
 * the seed, never on the partitioning.
 *
 * <p>An epoch has {@code T = ceil(rows / batchSize)} iterations. Rows are numbered; each run of T
 * consecutive rows gives one row to each iteration, in a random order. So batches are random,
 * differ in size by one row at most, and hold an even share of every stretch of the data: the
 * partitions' shares of a batch differ by a row or two, and a batch of sorted data is no worse than
 * one of shuffled data. Where the runs begin changes from epoch to epoch.
 *
 * @param batchSize the greatest number of rows in a batch
 */
public record BatchPlan(long rows, int batchSize, long seed) implements Serializable {

  public BatchPlan {
    if (rows < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "rows and batchSize must be at least 1; received %d and %d",
              rows,
              batchSize));
    }
    if ((rows - 1) / batchSize >= Sizes.MAX) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "batchSize %d makes more than 2^31 - 1 iterations of an epoch of %s rows: choose a greater one",
              batchSize,
              Sizes.count(rows)));
    }
  }

  /** The number of iterations in an epoch. */
  public int iterations() {
    return divideUp(rows, batchSize);
  }

  /** The least number of parts of at most {@code b} that make up {@code a}. */
  public static int divideUp(long a, int b) {
    return Math.toIntExact((a + b - 1) / b);
  }

  /** How many rows an iteration trains on. */
  public int count(int epoch, int iteration) {
    int length = iterations();
    long runs = rows / length;
    int key = (int) Randoms.key(Randoms.key(seed, epoch), runs);
    boolean isInLast = runs * length + Randoms.permute(iteration, length, key) < rows;
    return (int) runs + (isInLast ? 1 : 0);
  }

  /** How many rows of {@code from .. to - 1} an iteration trains on. */
  public int count(int epoch, int iteration, long from, long to) {
    int[] count = {0};
    select(epoch, iteration, from, to, row -> count[0]++);
    return count[0];
  }

  /** Passes the rows of {@code from .. to - 1} that an iteration trains on. */
  public void select(int epoch, int iteration, long from, long to, LongConsumer consumer) {
    long epochKey = Randoms.key(seed, epoch);
    long shift = Math.floorMod(epochKey, rows);
    // The range, counted from the epoch's first run, is one interval or wraps around into two.
    long start = Math.floorMod(from - shift, rows);
    long end = start + (to - from);
    selectInterval(epochKey, iteration, start, Math.min(end, rows), shift, consumer);
    selectInterval(epochKey, iteration, 0, end - rows, shift, consumer);
  }

  private void selectInterval(
      long epochKey, int iteration, long start, long end, long shift, LongConsumer consumer) {
    int length = iterations();
    for (long run = start / length; run * length < end; run++) {
      int key = (int) Randoms.key(epochKey, run);
      long place = run * length + Randoms.permute(iteration, length, key);
      if (place >= start && place < end) {
        consumer.accept((place + shift) % rows);
      }
    }
  }
}
