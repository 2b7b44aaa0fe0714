package io.sparknn.training;

/**
 * What tells whether training gets on: the loss or the metric, of the validation rows if there are
 * any, else of those trained on.
 *
 * @param watchesMetric whether it is the metric
 * @param largerIsBetter whether the metric is to become large, as an accuracy is
 */
public record Monitor(boolean watchesMetric, boolean largerIsBetter) {

  /** The loss. */
  public static final Monitor LOSS = new Monitor(false, false);

  /** The metric. */
  public static Monitor metric(boolean largerIsBetter) {
    return new Monitor(true, largerIsBetter);
  }

  /** The figure of an epoch as users know it. */
  public double value(Progress epoch) {
    return watchesMetric ? epoch.monitoredMetric() : epoch.monitoredLoss();
  }

  /** The figure as one that is to become small. */
  public double cost(Progress epoch) {
    return largerIsBetter ? -value(epoch) : value(epoch);
  }
}
