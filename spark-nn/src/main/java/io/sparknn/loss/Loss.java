package io.sparknn.loss;

import io.sparknn.tensor.Tensor;
import java.io.Serializable;

/**
 * What training makes small: a function of a network's raw output and the label of each row, summed
 * over rows with their weights. An immutable record. A row of weight 0 counts nothing, and its
 * gradient is 0, whatever its output.
 */
public interface Loss extends Serializable {

  /** The number of elements of a row's label, given the number of the network's outputs. */
  int labelSize(int outputs);

  /**
   * Computes loss, metric and gradient of a batch.
   *
   * @param output the network's output, {@code (rows, outputs)}
   * @param labels {@code rows * labelSize} values
   * @param weights the weight of each row
   * @param gradient where to write the gradient of the weighted sum, {@code (rows, outputs)}
   */
  Evaluation evaluate(Tensor output, float[] labels, float[] weights, Tensor gradient);

  /** The name of the metric that {@link #evaluate} also computes, as in {@code accuracy}. */
  String metricName();

  /** Whether the metric is to become large, as an accuracy, or small, as an error. */
  boolean isLargerMetricBetter();

  /**
   * Turns a row's raw outputs into predictions (probabilities, means) in place; identity by
   * default. In double precision, so that predictions keep the order of the outputs, and the
   * probabilities of classes sum to 1.
   */
  default void predict(double[] output) {}

  /** What {@link #predict} applies to the raw output. */
  default Link link() {
    return Link.NONE;
  }

  /** Sums over the rows of a batch, weighted. */
  record Evaluation(double loss, double metric) {}
}
