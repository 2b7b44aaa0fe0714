package io.sparknn.training;

import io.sparknn.graph.Gradient;
import io.sparknn.loss.Loss.Evaluation;
import java.io.Serializable;

/** Sums over rows, which add up exactly whatever the partitioning. Not thread-safe. */
public final class GradientSum implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Null when there were no rows. */
  private Gradient gradient;

  private double loss;
  private double metric;
  private double weight;
  private long rows;

  /**
   * Adds a batch.
   *
   * @param gradient the gradient of the weighted sum of losses; kept, not copied
   */
  void add(Gradient gradient, Evaluation evaluation, double weight, long rows) {
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

  private void addGradient(Gradient other) {
    if (gradient == null) {
      gradient = other;
    } else if (other != null) {
      gradient.add(other);
    }
  }

  /** The gradient of the weighted sum; null when there were no rows. */
  public Gradient gradient() {
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
