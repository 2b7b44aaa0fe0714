package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** What keeps a normalisation away from division by 0. */
public interface HasEpsilon<S> extends Fluent<S> {

  /** Param: what is added to the variance or mean square before its root is taken. */
  default DoubleParam epsilon() {
    return Rule.positive(
        this, "epsilon", "what is added to the variance or mean square before its root is taken");
  }

  default double getEpsilon() {
    return (Double) getOrDefault(epsilon());
  }

  default S setEpsilon(double value) {
    set(epsilon(), value);
    return self();
  }
}
