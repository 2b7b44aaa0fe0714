package io.sparknn.training;

import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a line an epoch (loss, metric, rows a second, time left), and one every ten seconds within a
 * long epoch.
 */
public final class ProgressLog implements TrainingListener {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressLog.class);
  private static final long INTERVAL = 10_000_000_000L;

  private final int epochs;
  private final int iterations;
  private final String metric;
  private final long start = System.nanoTime();
  private long lastLine = start;

  /**
   * A log.
   *
   * @param iterations in an epoch
   * @param metric its name
   */
  public ProgressLog(int epochs, int iterations, String metric) {
    this.epochs = epochs;
    this.iterations = iterations;
    this.metric = metric;
  }

  @Override
  public void onIteration(Progress iteration, Progress epochSoFar) {
    boolean due = System.nanoTime() - lastLine >= INTERVAL;
    if (due && epochSoFar.iteration() < iterations) {
      log(epochSoFar, format("%3d%%", 100 * epochSoFar.iteration() / iterations));
    }
  }

  @Override
  public void onEpoch(Progress epoch) {
    log(epoch, "100%");
  }

  private void log(Progress progress, String done) {
    lastLine = System.nanoTime();
    double elapsed = (lastLine - start) / 1e9;
    double share = (progress.epoch() - 1 + (double) progress.iteration() / iterations) / epochs;
    LOG.info(
        "epoch {}/{} {}  loss {}  {} {}{}  {} rows/s  {} left",
        format("%3d", progress.epoch()),
        epochs,
        done,
        figure(progress.loss()),
        metric,
        figure(progress.metric()),
        progress.hasValidation()
            ? "  validation %s %s"
                .formatted(figure(progress.validationLoss()), figure(progress.validationMetric()))
            : "",
        format("%,.0f", progress.rowsPerSecond()),
        duration(elapsed * (1 - share) / share));
  }

  /** Labels may have any unit. */
  static String figure(double value) {
    double size = Math.abs(value);
    return format(size != 0 && (size < 1e-2 || size >= 1e7) ? "%.3e" : "%.4f", value);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60 ? whole + "s" : format("%dm %02ds", whole / 60, whole % 60);
  }
}
