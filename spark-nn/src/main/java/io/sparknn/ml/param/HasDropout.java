package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** How much is dropped in training. */
public interface HasDropout<S> extends Fluent<S> {

  /** Param: the probability with which an element is dropped in training. */
  default DoubleParam dropout() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "dropout",
        "the probability with which an element is dropped in training");
  }

  default double getDropout() {
    return (Double) getOrDefault(dropout());
  }

  default S setDropout(double value) {
    set(dropout(), value);
    return self();
  }
}
