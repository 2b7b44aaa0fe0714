package io.sparknn.training;

import java.util.Arrays;

/**
 * Where the time of an iteration went, or of many; in seconds. Together these are all of it.
 *
 * @param compute the mean over the replicas of the time in which they computed
 * @param skew how much longer the slowest replica computed than the mean
 * @param broadcast weights were on their way to the replicas
 * @param aggregation gradients were added up; where tasks stay, on their way, too
 * @param scheduling Spark launched tasks and took their results
 * @param update the driver's step of the optimiser, and all else that it does
 */
public record Times(
    double compute,
    double skew,
    double broadcast,
    double aggregation,
    double scheduling,
    double update) {

  /** No time. */
  public static final Times NONE = new Times(0, 0, 0, 0, 0, 0);

  static final int NUMBERS = 6;

  /** The time in which the slowest replica computed. */
  public double slowest() {
    return compute + skew;
  }

  /** The sum. */
  public Times plus(Times other) {
    return new Times(
        compute + other.compute,
        skew + other.skew,
        broadcast + other.broadcast,
        aggregation + other.aggregation,
        scheduling + other.scheduling,
        update + other.update);
  }

  /** Other numbers, and these behind them, to be read by {@link #of}. */
  double[] after(double... others) {
    double[] own = {compute, skew, broadcast, aggregation, scheduling, update};
    double[] all = Arrays.copyOf(others, others.length + NUMBERS);
    System.arraycopy(own, 0, all, others.length, NUMBERS);
    return all;
  }

  static Times of(double[] numbers, int at) {
    return new Times(
        numbers[at],
        numbers[at + 1],
        numbers[at + 2],
        numbers[at + 3],
        numbers[at + 4],
        numbers[at + 5]);
  }
}
