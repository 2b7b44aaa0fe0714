package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** How much a loss looks away from rows that are right already. */
public interface HasFocalGamma<S> extends Fluent<S> {

  /** Param: how much less the rows count that are right already; 0 for not at all. */
  default DoubleParam focalGamma() {
    return Rule.number(
        "at least 0",
        value -> value >= 0 && Double.isFinite(value),
        this,
        "focalGamma",
        "how much less the rows count that are right already; 0 for not at all");
  }

  default double getFocalGamma() {
    return (Double) getOrDefault(focalGamma());
  }

  default S setFocalGamma(double value) {
    set(focalGamma(), value);
    return self();
  }
}
