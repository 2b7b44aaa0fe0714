package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** The moving average of the weights that a model gets, if it is set. */
public interface HasAveraging<S> extends Fluent<S> {

  /**
   * Param: how much of the moving average of the weights is kept in each step; the model gets the
   * last weights if not set.
   */
  default DoubleParam averagingDecay() {
    return Rule.number(
        "in (0, 1)",
        value -> value > 0 && value < 1,
        this,
        "averagingDecay",
        "how much of the moving average of the weights is kept in each step; the model gets the last weights if not set");
  }

  default double getAveragingDecay() {
    return (Double) getOrDefault(averagingDecay());
  }

  default S setAveragingDecay(double value) {
    set(averagingDecay(), value);
    return self();
  }
}
