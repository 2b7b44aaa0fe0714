package io.sparknn.benchmark;

import java.util.Locale;

/**
 * What was measured of a workload.
 *
 * @param one the rates of one of our replicas alone
 */
record Result(Workload workload, Phase phase, int threads, Rates ours, Rates theirs, Rates one) {

  static final String HEADER =
      "%-52s %-5s %32s %32s %6s".formatted("workload", "phase", "spark-nn", "libtorch", "ratio");

  double ratio() {
    return ours.median() / theirs.median();
  }

  String toCsv() {
    return String.format(
            Locale.ROOT,
            "%s,%s,%d,%.0f,%.0f,%.3f",
            workload,
            phase,
            threads,
            ours.median(),
            theirs.median(),
            ratio())
        .toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    String line =
        String.format(
            Locale.ROOT,
            "%-4s %-47s %-5s %32s %32s %6.2f",
            workload,
            workload.title(),
            phase,
            text(ours),
            text(theirs),
            ratio());
    return threads == 1
        ? line
        : line
            + String.format(Locale.ROOT, "   %.2f times one replica", ours.median() / one.median());
  }

  private static String text(Rates rates) {
    return String.format(
        Locale.ROOT, "%,.0f (%,.0f-%,.0f)", rates.median(), rates.least(), rates.greatest());
  }
}
