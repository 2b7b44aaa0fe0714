package io.sparknn.benchmark;

import java.util.Arrays;

/** Samples a second over several turns. */
record Rates(double median, double least, double greatest) {

  static Rates of(double[] turns) {
    double[] sorted = turns.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Rates(median, sorted[0], sorted[sorted.length - 1]);
  }
}
