package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** How much of its means a solver keeps; the solver's own if they are not set. */
public interface HasBetas<S> extends Fluent<S> {

  /** Param: how much of the mean of gradients is kept in each step; the solver's own if not set. */
  default DoubleParam beta1() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "beta1",
        "how much of the mean of gradients is kept in each step; the solver's own if not set");
  }

  default double getBeta1() {
    return (Double) getOrDefault(beta1());
  }

  default S setBeta1(double value) {
    set(beta1(), value);
    return self();
  }

  /**
   * Param: how much of the mean of squared gradients is kept in each step; the solver's own if not
   * set.
   */
  default DoubleParam beta2() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "beta2",
        "how much of the mean of squared gradients is kept in each step; the solver's own if not set");
  }

  default double getBeta2() {
    return (Double) getOrDefault(beta2());
  }

  default S setBeta2(double value) {
    set(beta2(), value);
    return self();
  }
}
