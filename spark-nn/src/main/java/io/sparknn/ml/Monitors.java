package io.sparknn.ml;

import io.sparknn.loss.Loss;
import io.sparknn.ml.param.HasEarlyStopping;
import io.sparknn.training.Monitor;

/** What a head's param {@code monitor} says. */
final class Monitors {
  private Monitors() {}

  /**
   * What a head watches.
   *
   * @throws IllegalArgumentException if the loss has no such metric, or there are no validation
   *     rows
   */
  static Monitor of(NetworkEstimator<?, ?> head, Loss loss) {
    String monitor = head.getMonitor();
    String watched = HasEarlyStopping.withoutPrefix(monitor);
    if (!watched.equals(monitor) && !validates(head)) {
      throw new IllegalArgumentException(
          "monitor %s needs validation rows: set validationFraction or validationIndicatorCol, or monitor to %s"
              .formatted(monitor, watched));
    }
    if (watched.equals("loss")) {
      return Monitor.LOSS;
    }
    String metric = loss.metricName().replace(' ', '_');
    String name = watched.equals("mae") ? "mean_absolute_error" : watched;
    if (!name.equals("metric") && !name.equals(metric)) {
      throw new IllegalArgumentException(
          "monitor must be loss, metric or %s, which is the metric of the head's loss; received %s"
              .formatted(metric, monitor));
    }
    return Monitor.metric(loss.isLargerMetricBetter());
  }

  private static boolean validates(NetworkEstimator<?, ?> head) {
    return head.isDefined(head.validationIndicatorCol()) || head.getValidationFraction() > 0;
  }
}
