package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** How much of its mean of squared gradients RMSprop keeps. */
public interface HasRho<S> extends Fluent<S> {

  /**
   * Param: how much of the mean of squared gradients rmsprop keeps in each step; 0.99 if not set.
   */
  default DoubleParam rho() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "rho",
        "how much of the mean of squared gradients rmsprop keeps in each step; 0.99 if not set");
  }

  default double getRho() {
    return (Double) getOrDefault(rho());
  }

  default S setRho(double value) {
    set(rho(), value);
    return self();
  }
}
