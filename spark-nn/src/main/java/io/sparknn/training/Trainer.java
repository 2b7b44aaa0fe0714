package io.sparknn.training;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Network;
import io.sparknn.optim.Optimizer;
import java.util.List;

/**
 * The training loop: for each batch, the gradient of the mean loss (weighted sum of gradients by
 * sum of weights, and of the penalty of the weights' size) moves the weights by one step of the
 * optimiser, and the layers update their statistics.
 */
public record Trainer(
    Network network,
    BatchPlan plan,
    Optimizer optimizer,
    double stepSize,
    int epochs,
    List<TrainingListener> listeners) {

  /**
   * Trains.
   *
   * @param weights first values; changed in place
   * @throws ArithmeticException if the loss becomes infinite or not a number
   */
  public void train(float[] weights, GradientSource source) {
    for (int epoch = 0; epoch < epochs; epoch++) {
      Tally tally = new Tally(epoch);
      for (int iteration = 0; iteration < plan.iterations(); iteration++) {
        long start = System.nanoTime();
        GradientSum sum = source.gradient(weights, epoch, iteration);
        check(sum, epoch, iteration);
        double penalty = update(weights, sum);
        Progress progress = tally.add(sum, penalty, iteration, (System.nanoTime() - start) / 1e9);
        listeners.forEach(listener -> listener.onIteration(progress, tally.progress()));
      }
      listeners.forEach(listener -> listener.onEpoch(tally.progress()));
    }
  }

  /** Makes a step and returns the penalty before it, which counts as part of the loss. */
  private double update(float[] weights, GradientSum sum) {
    if (sum.weight() == 0) {
      return 0;
    }
    Gradient gradient = sum.gradient();
    double penalty = network.addPenalty(weights, gradient, (float) sum.weight());
    float scale = (float) (1 / sum.weight());
    optimizer.begin(network.trainableSize(), stepSize);
    network.visit(
        gradient,
        (from, to, values, offset) -> optimizer.update(weights, from, to, values, offset, scale));
    network.limitNorms(weights);
    network.updateStatistics(weights, gradient, sum.rows());
    return penalty;
  }

  private void check(GradientSum sum, int epoch, int iteration) {
    if (!Double.isFinite(sum.loss())) {
      throw new ArithmeticException(
          "the loss became %s in iteration %d of epoch %d: lower stepSize (it is %s) or scale the features and labels"
              .formatted(sum.loss(), iteration + 1, epoch + 1, stepSize));
    }
  }

  /** Sums up an epoch. */
  private final class Tally {
    private final int epoch;
    private int iterations;
    private double loss;
    private double metric;
    private double weight;
    private long rows;
    private double seconds;
    private double computing;

    Tally(int epoch) {
      this.epoch = epoch;
    }

    Progress add(GradientSum sum, double penalty, int iteration, double seconds) {
      iterations++;
      loss += sum.loss() + penalty * sum.weight();
      metric += sum.metric();
      weight += sum.weight();
      rows += sum.rows();
      this.seconds += seconds;
      double slowest = sum.slowest() / 1e9;
      computing += slowest;
      return progress(
          iteration + 1,
          mean(sum.loss(), sum.weight()) + penalty,
          mean(sum.metric(), sum.weight()),
          sum.rows(),
          seconds,
          slowest);
    }

    Progress progress() {
      return progress(
          iterations, mean(loss, weight), mean(metric, weight), rows, seconds, computing);
    }

    /** 0 for a batch whose rows all weigh 0. */
    private static double mean(double sum, double weight) {
      return weight > 0 ? sum / weight : 0;
    }

    private Progress progress(
        int iteration, double loss, double metric, long rows, double seconds, double computing) {
      return new Progress(epoch + 1, iteration, loss, metric, stepSize, rows, seconds, computing);
    }
  }
}
