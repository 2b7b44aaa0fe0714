package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** How much a layer drops. */
public interface HasRate<S> extends Fluent<S> {

  /** Param: the probability with which an element is dropped, or how much noise stands for it. */
  default DoubleParam rate() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "rate",
        "the probability with which an element is dropped, or how much noise stands for it");
  }

  default double getRate() {
    return (Double) getOrDefault(rate());
  }

  default S setRate(double value) {
    set(rate(), value);
    return self();
  }
}
