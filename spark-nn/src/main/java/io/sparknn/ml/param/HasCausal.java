package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;

/** Whether a step sees those before it only. */
public interface HasCausal<S> extends Fluent<S> {

  /** Param: whether step i sees the steps 0 to i only. */
  default BooleanParam causal() {
    return Rule.flag(this, "causal", "whether step i sees the steps 0 to i only");
  }

  default boolean getCausal() {
    return (Boolean) getOrDefault(causal());
  }

  default S setCausal(boolean value) {
    set(causal(), value);
    return self();
  }
}
