package io.sparknn.spark;

import java.util.Locale;

/** How the partitions' gradients come together in an iteration. */
public enum AggregationMode {
  /** {@link #BARRIER} where that can run, else {@link #JOBS}. */
  AUTO,
  /** A Spark job an iteration: works wherever executors come and go. */
  JOBS,
  /** One long barrier stage, whose tasks exchange gradients for weights: many times as fast. */
  BARRIER;

  /** The name as users write it, as in {@code auto}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
