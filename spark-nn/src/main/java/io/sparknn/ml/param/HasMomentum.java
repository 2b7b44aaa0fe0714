package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** How much of the past is kept in each step. */
public interface HasMomentum<S> extends Fluent<S> {

  /** Param: how much of the past is kept in each step. */
  default DoubleParam momentum() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "momentum",
        "how much of the past is kept in each step");
  }

  default double getMomentum() {
    return (Double) getOrDefault(momentum());
  }

  default S setMomentum(double value) {
    set(momentum(), value);
    return self();
  }
}
