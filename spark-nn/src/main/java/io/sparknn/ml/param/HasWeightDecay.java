package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** The share of the weights that a step takes away; the solver's own if it is not set. */
public interface HasWeightDecay<S> extends Fluent<S> {

  /**
   * Param: the share of its weights, times the step size, that a step of sgd, nesterov, adamw, lion
   * or lamb takes away; the solver's own if not set.
   */
  default DoubleParam weightDecay() {
    return Rule.notNegative(
        this,
        "weightDecay",
        "the share of its weights, times the step size, that a step of sgd, nesterov, adamw, lion or lamb takes away; the solver's own if not set");
  }

  default double getWeightDecay() {
    return (Double) getOrDefault(weightDecay());
  }

  default S setWeightDecay(double value) {
    set(weightDecay(), value);
    return self();
  }
}
