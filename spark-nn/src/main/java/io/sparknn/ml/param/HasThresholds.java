package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleArrayParam;

/**
 * For each class what its probability is divided by before the greatest is predicted; of several
 * labels a row, what the probability of each must be above.
 */
public interface HasThresholds<S> extends Fluent<S> {

  /** Param: for each class what its probability is divided by before the greatest is predicted. */
  default DoubleArrayParam thresholds() {
    return Rule.numbers(
        "numbers of at least 0, at most one of them 0",
        Thresholds::hold,
        this,
        "thresholds",
        "for each class what its probability is divided by before the greatest is predicted");
  }

  default double[] getThresholds() {
    return getOrDefault(thresholds());
  }

  default S setThresholds(double[] value) {
    set(thresholds(), value);
    return self();
  }
}
