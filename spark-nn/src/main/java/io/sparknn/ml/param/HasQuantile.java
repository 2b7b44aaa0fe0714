package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** What the quantile loss predicts. */
public interface HasQuantile<S> extends Fluent<S> {

  /** Param: the share of the labels that is below what the quantile loss predicts. */
  default DoubleParam quantile() {
    return Rule.number(
        "above 0 and below 1",
        value -> value > 0 && value < 1,
        this,
        "quantile",
        "the share of the labels that is below what the quantile loss predicts");
  }

  default double getQuantile() {
    return (Double) getOrDefault(quantile());
  }

  default S setQuantile(double value) {
    set(quantile(), value);
    return self();
  }
}
