package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** How much a loss looks away from rows that are right already. */
public interface HasFocalGamma<S> extends Fluent<S> {

  /**
   * Param: the power of 1 - probability that a label's loss is multiplied by; 0 for plain
   * cross-entropy.
   */
  default DoubleParam focalGamma() {
    return Rule.notNegative(
        this,
        "focalGamma",
        "the power of 1 - probability that a label's loss is multiplied by; 0 for plain cross-entropy");
  }

  default double getFocalGamma() {
    return (Double) getOrDefault(focalGamma());
  }

  default S setFocalGamma(double value) {
    set(focalGamma(), value);
    return self();
  }
}
