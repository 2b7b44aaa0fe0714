package io.sparknn.training;

import io.sparknn.loss.Loss.Evaluation;
import io.sparknn.tensor.Maths;
import java.io.Serializable;

/** Sums over rows, which add up exactly whatever the partitioning. Not thread-safe. */
public final class GradientSum implements Serializable {
  private static final long serialVersionUID = 1L;

  private float[] gradient = {};
  private double loss;
  private double metric;
  private double weight;
  private long rows;

  /**
   * Adds a batch.
   *
   * @param gradient the gradient of the weighted sum of losses; kept, not copied
   */
  void add(float[] gradient, Evaluation evaluation, double weight, long rows) {
    addGradient(gradient);
    loss += evaluation.loss();
    metric += evaluation.metric();
    this.weight += weight;
    this.rows += rows;
  }

  /** Adds another sum, and returns this one. */
  public GradientSum add(GradientSum other) {
    addGradient(other.gradient);
    loss += other.loss;
    metric += other.metric;
    weight += other.weight;
    rows += other.rows;
    return this;
  }

  private void addGradient(float[] other) {
    if (gradient.length == 0) {
      gradient = other;
    } else if (other.length > 0) {
      Maths.addScaled(1, other, 0, gradient, 0, gradient.length);
    }
  }

  /** In the network's layout; empty when there were no rows. */
  public float[] gradient() {
    return gradient;
  }

  public double loss() {
    return loss;
  }

  public double metric() {
    return metric;
  }

  /** The sum of the rows' weights. */
  public double weight() {
    return weight;
  }

  public long rows() {
    return rows;
  }
}
