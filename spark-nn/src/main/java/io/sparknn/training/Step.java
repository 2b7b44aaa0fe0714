package io.sparknn.training;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Network;
import io.sparknn.optim.Clipping;
import io.sparknn.optim.Optimizer;

/** A step of the optimiser, and all that belongs to it. */
record Step(Network network, Clipping clipping) {

  /**
   * Moves weights by the mean gradient of a batch, whose rows have some weight, and lets the layers
   * update their statistics.
   *
   * @return the penalty of the weights' size, which is a part of the mean loss
   */
  double make(Optimizer optimizer, float[] weights, GradientSum sum, double stepSize) {
    Gradient gradient = sum.gradient();
    double penalty = network.addPenalty(weights, gradient, (float) sum.weight());
    optimizer.begin(network.trainableEnds(), stepSize, sum.loss() / sum.weight() + penalty);
    move(optimizer, weights, gradient, (float) (1 / sum.weight()));
    optimizer.end(weights);
    network.limitNorms(weights);
    network.updateStatistics(weights, gradient, sum.rows());
    return penalty;
  }

  private void move(Optimizer optimizer, float[] weights, Gradient gradient, float scale) {
    if (clipping.isOff()) {
      network.visit(
          gradient,
          (from, to, values, offset) -> optimizer.update(weights, from, to, values, offset, scale));
      return;
    }
    Clipping.Pass pass = clipping.begin(network.trainableEnds(), scale);
    network.visit(gradient, pass::measure);
    network.visit(
        gradient,
        (from, to, values, offset) -> {
          pass.apply(from, to, values, offset);
          optimizer.update(weights, from, to, values, offset, scale);
        });
  }
}
