package io.sparknn.examples;

import io.sparknn.examples.ClusterBenchmark.Measurement;
import io.sparknn.spark.ProcessTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an iteration costs on more executors than were measured, when each keeps its rows of a batch
 * (weak scaling). Measured is what an iteration of two executors takes beyond computing, which a
 * line is fitted to:
 *
 * <pre>overhead = a + b * bytes of the weights</pre>
 *
 * <p>Assumed is that a tree of n executors has as many levels as the library chooses for n; that
 * each level costs {@code a}, and for each of its processes' children {@code b / 2} a byte, since
 * two executors were measured, and the time in which a network of 10 Gbit/s takes it up and down;
 * and that executors are as fast as those that were measured, all equally.
 */
final class CostModel {

  private static final int[] EXECUTORS = {2, 8, 64, 512};
  private static final int MEASURED = 2;
  private static final double NETWORK_MS_PER_BYTE = 2 * 8 / 10e9 * 1000;

  private static final List<String> ASSUMPTIONS =
      List.of(
          "Assumed: each executor keeps its rows of a batch; executors are equally fast, and as fast as those measured;",
          "sums go up a tree of the levels that the library chooses, and weights down; a level costs the constant, and for",
          "each child of a process half of the slope, since two executors were measured, and its time on a network of 10 Gbit/s.");

  private final String mode;
  private final List<Measurement> measured;
  private double base;
  private double perByte;
  private double explained;

  private CostModel(String mode, List<Measurement> measured) {
    this.mode = mode;
    this.measured = measured;
    fit();
  }

  /**
   * The predictions for each mode.
   *
   * @param all of which those on a cluster of two executors count
   * @throws IllegalArgumentException if these are of fewer than three sizes
   */
  static List<String> predictions(List<Measurement> all) {
    List<String> lines = new ArrayList<>(ASSUMPTIONS);
    for (String mode : all.stream().map(Measurement::mode).distinct().toList()) {
      List<Measurement> measured =
          all.stream()
              .filter(each -> each.mode().equals(mode))
              .filter(each -> !each.master().startsWith("local["))
              .filter(each -> each.partitions() == MEASURED)
              .toList();
      if (measured.stream().mapToInt(Measurement::weights).distinct().count() < 3) {
        throw new IllegalArgumentException(
            "predictions need networks of at least 3 sizes measured on a cluster of 2 executors");
      }
      lines.addAll(new CostModel(mode, measured).lines());
    }
    return lines;
  }

  /** Least squares, relative to what was measured, so that small networks count as much. */
  private void fit() {
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    for (Measurement each : measured) {
      double weight = 1 / (overhead(each) * overhead(each));
      double bytes = bytes(each);
      n += weight;
      x += weight * bytes;
      y += weight * overhead(each);
      xx += weight * bytes * bytes;
      xy += weight * bytes * overhead(each);
    }
    perByte = Math.max(0, (n * xy - x * y) / (n * xx - x * x));
    base = Math.max(0, (y - perByte * x) / n);
    explained =
        measured.stream()
            .mapToDouble(
                each -> Math.abs(base + perByte * bytes(each) - overhead(each)) / overhead(each))
            .average()
            .orElse(0);
  }

  private static double overhead(Measurement each) {
    return Math.max(1e-3, each.milliseconds() - each.computing());
  }

  private static double bytes(Measurement each) {
    return (double) Float.BYTES * each.weights();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%s: measured overhead of two executors = %.2f ms + %.3f ms per MB of weights (mean error %.0f%%)",
            mode, base, perByte * 1e6, 100 * explained));
    for (Measurement each : measured) {
      for (int executors : EXECUTORS) {
        lines.add(prediction(each, executors));
      }
    }
    return lines;
  }

  private String prediction(Measurement each, int executors) {
    long bytes = (long) bytes(each);
    ProcessTree tree =
        mode.equals("jobs")
            ? ProcessTree.ofStages(executors, bytes)
            : ProcessTree.of(executors, bytes, 0);
    double child = bytes * (perByte / MEASURED + NETWORK_MS_PER_BYTE);
    double overhead = tree.levels(executors) * (base + Math.min(tree.fanOut(), executors) * child);
    double total = each.computing() + overhead;
    return format(
        "  %-6s %9d weights, %4d rows an executor, %3d executors, tree of %d: %.1f + %.1f ms, efficiency %.0f%%, %.0f samples/s",
        each.network(),
        each.weights(),
        each.batch() / MEASURED,
        executors,
        tree.fanOut(),
        each.computing(),
        overhead,
        100 * each.computing() / total,
        1000 * executors * (double) each.batch() / MEASURED / total);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
