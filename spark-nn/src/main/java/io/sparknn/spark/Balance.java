package io.sparknn.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How evenly rows lie in the partitions, and how many of a batch's rows each of these has.
 *
 * @param rows of each partition
 * @param batchSize the greatest number of rows in a batch, over all partitions
 */
record Balance(long[] rows, int batchSize) {

  /** A partition of more than so many times the mean is waited for. */
  private static final double UNEVEN = 1.5;

  /** A replica that computes fewer rows in an iteration spends its time on other things. */
  private static final int FEW_ROWS = 8;

  /** What makes training slower than it could be, or is not as batchSize says. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    if (greatest() > UNEVEN * total() / rows.length || empty() > 0) {
      findings.add(new Finding(true, uneven()));
    }
    boolean isAlone = used() == 1 && batchSize >= total();
    if (batch() < FEW_ROWS * used() && !isAlone) {
      findings.add(new Finding(true, "%s: %s".formatted(fewRows(), moreRows())));
    }
    if (batchSize > total()) {
      findings.add(
          new Finding(
              false,
              String.format(
                  Locale.ROOT,
                  "batchSize is %d, but there are %d rows to train on: each batch has all %d",
                  batchSize,
                  total(),
                  total())));
    }
    return findings;
  }

  private String uneven() {
    return String.format(
        Locale.ROOT,
        "the %d partitions have %d rows at least, %.1f in the mean and %d at most%s: an iteration waits for the greatest, while the others' task slots idle %.0f%% of the time; repartition(%d) the data",
        rows.length,
        Arrays.stream(rows).min().orElseThrow(),
        (double) total() / rows.length,
        greatest(),
        empty() == 0 ? "" : String.format(Locale.ROOT, " (%d have none)", empty()),
        100 * (1 - (double) total() / rows.length / greatest()),
        Math.min(rows.length, total()));
  }

  private String fewRows() {
    return batch() < used()
        ? String.format(
            Locale.ROOT,
            "a batch of %d rows leaves %d of %d partitions without a row in each iteration",
            batch(),
            used() - batch(),
            used())
        : String.format(
            Locale.ROOT,
            "a batch of %d rows gives each of %d partitions %.1f rows an iteration, so that most of the time is not spent on computing",
            batch(),
            used(),
            (double) batch() / used());
  }

  private String moreRows() {
    String larger =
        batchSize < total()
            ? "set batchSize to at least " + Math.min(FEW_ROWS * used(), total())
            : "";
    String fewer =
        used() > 1
            ? String.format(Locale.ROOT, "coalesce(%d) the data", Math.max(1, batch() / FEW_ROWS))
            : "";
    return larger + (larger.isEmpty() || fewer.isEmpty() ? "" : ", or ") + fewer;
  }

  private long total() {
    return Arrays.stream(rows).sum();
  }

  private long greatest() {
    return Arrays.stream(rows).max().orElseThrow();
  }

  private long empty() {
    return Arrays.stream(rows).filter(count -> count == 0).count();
  }

  /** The number of partitions that have rows. */
  private long used() {
    return rows.length - empty();
  }

  /** The number of rows in a batch. */
  private long batch() {
    return Math.min(batchSize, total());
  }
}
