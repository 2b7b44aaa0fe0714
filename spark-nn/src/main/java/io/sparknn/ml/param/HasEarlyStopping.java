package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;

/** When training ends before its last epoch. */
public interface HasEarlyStopping<S> extends Fluent<S> {

  /**
   * Param: the number of epochs without a better loss after which training ends and goes back to
   * the best weights; 0 for never.
   */
  default IntParam patience() {
    return Rule.atLeast(
        0,
        this,
        "patience",
        "the number of epochs without a better loss after which training ends and goes back to the best weights; 0 for never");
  }

  default int getPatience() {
    return (Integer) getOrDefault(patience());
  }

  default S setPatience(int value) {
    set(patience(), value);
    return self();
  }

  /** Param: by how much a loss must be less than the best one to be better. */
  default DoubleParam tol() {
    return Rule.notNegative(
        this, "tol", "by how much a loss must be less than the best one to be better");
  }

  default double getTol() {
    return (Double) getOrDefault(tol());
  }

  default S setTol(double value) {
    set(tol(), value);
    return self();
  }
}
