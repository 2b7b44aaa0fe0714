package io.sparknn.training;

/**
 * How far training has come: means over the rows of an iteration or of an epoch so far.
 *
 * @param epoch counted from 1
 * @param iteration within the epoch, counted from 1
 * @param loss the mean loss
 * @param metric the mean metric
 * @param validationLoss the mean loss of the validation rows after the epoch; not a number where
 *     there is none
 * @param validationMetric their mean metric, likewise
 * @param stepSize the learning rate
 * @param gradientNorm the Euclidean norm of the gradient of the mean loss, before any clipping; of
 *     an epoch that of its last iteration
 * @param rows the number of rows trained on
 * @param seconds the time that took
 * @param times where it went
 */
public record Progress(
    int epoch,
    int iteration,
    double loss,
    double metric,
    double validationLoss,
    double validationMetric,
    double stepSize,
    double gradientNorm,
    long rows,
    double seconds,
    Times times) {

  static final int NUMBERS = 10 + Times.NUMBERS;

  /** Throughput. */
  public double rowsPerSecond() {
    return rows / Math.max(seconds, 1e-9);
  }

  /** Whether there are figures of validation rows. */
  public boolean hasValidation() {
    return !Double.isNaN(validationLoss);
  }

  /** The loss that tells whether training gets on: that of the validation rows if there are any. */
  public double monitoredLoss() {
    return hasValidation() ? validationLoss : loss;
  }

  /** The metric likewise. */
  public double monitoredMetric() {
    return hasValidation() ? validationMetric : metric;
  }

  /** The same with the figures of validation rows. */
  Progress validated(double loss, double metric) {
    return new Progress(
        epoch,
        iteration,
        this.loss,
        this.metric,
        loss,
        metric,
        stepSize,
        gradientNorm,
        rows,
        seconds,
        times);
  }

  /** All figures, for a snapshot. */
  double[] numbers() {
    return times.after(
        epoch,
        iteration,
        loss,
        metric,
        validationLoss,
        validationMetric,
        stepSize,
        gradientNorm,
        rows,
        seconds);
  }

  static Progress of(double[] numbers, int at) {
    return new Progress(
        (int) numbers[at],
        (int) numbers[at + 1],
        numbers[at + 2],
        numbers[at + 3],
        numbers[at + 4],
        numbers[at + 5],
        numbers[at + 6],
        numbers[at + 7],
        (long) numbers[at + 8],
        numbers[at + 9],
        Times.of(numbers, at + 10));
  }
}
