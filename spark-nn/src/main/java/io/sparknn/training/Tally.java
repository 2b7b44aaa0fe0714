package io.sparknn.training;

/** Sums up the figures of iterations. */
final class Tally {

  private int iterations;
  private double loss;
  private double metric;
  private double weight;
  private double norm;
  private long rows;
  private double seconds;
  private Times times = Times.NONE;

  /**
   * Adds an iteration.
   *
   * @param penalty of the weights' size, which is a part of the mean loss
   * @param norm of the gradient
   */
  void add(GradientSum sum, double penalty, double norm, double time) {
    iterations++;
    loss += sum.loss() + penalty * sum.weight();
    metric += sum.metric();
    weight += sum.weight();
    this.norm = norm;
    rows += sum.rows();
    seconds += time;
    times = times.plus(sum.times(time));
  }

  /** The means. */
  Progress progress(int epoch, int iteration, double stepSize) {
    return new Progress(
        epoch + 1,
        iteration,
        mean(loss),
        mean(metric),
        Double.NaN,
        Double.NaN,
        stepSize,
        norm,
        rows,
        seconds,
        times);
  }

  /** 0 for rows that all weigh 0. */
  private double mean(double sum) {
    return weight > 0 ? sum / weight : 0;
  }

  /** All figures, for a snapshot. */
  double[] numbers() {
    return times.after(iterations, loss, metric, weight, norm, rows, seconds);
  }

  static Tally of(double[] numbers) {
    Tally tally = new Tally();
    tally.iterations = (int) numbers[0];
    tally.loss = numbers[1];
    tally.metric = numbers[2];
    tally.weight = numbers[3];
    tally.norm = numbers[4];
    tally.rows = (long) numbers[5];
    tally.seconds = numbers[6];
    tally.times = Times.of(numbers, 7);
    return tally;
  }
}
