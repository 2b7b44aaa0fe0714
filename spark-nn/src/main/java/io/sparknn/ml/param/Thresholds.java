package io.sparknn.ml.param;

import java.util.stream.DoubleStream;

/** Spark ML's rule for thresholds. */
final class Thresholds {
  private Thresholds() {}

  static boolean hold(double[] thresholds) {
    return DoubleStream.of(thresholds).allMatch(threshold -> threshold >= 0)
        && DoubleStream.of(thresholds).filter(threshold -> threshold == 0).count() <= 1;
  }
}
