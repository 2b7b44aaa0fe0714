package io.sparknn.training;

/**
 * How far training has come: means over the rows of an iteration or of an epoch so far.
 *
 * @param epoch counted from 1
 * @param iteration within the epoch, counted from 1
 * @param loss the mean loss
 * @param metric the mean metric
 * @param rows the number of rows trained on
 * @param seconds the time that took
 * @param computing the part of it in which the slowest partition's replica computed
 */
public record Progress(
    int epoch,
    int iteration,
    double loss,
    double metric,
    double stepSize,
    long rows,
    double seconds,
    double computing) {

  /** Throughput. */
  public double rowsPerSecond() {
    return rows / Math.max(seconds, 1e-9);
  }
}
