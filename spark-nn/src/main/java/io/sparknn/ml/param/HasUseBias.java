package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;

/** Whether a bias is added. */
public interface HasUseBias<S> extends Fluent<S> {

  /** Param: whether a bias is added. */
  default BooleanParam useBias() {
    return Rule.flag(this, "useBias", "whether a bias is added");
  }

  default boolean getUseBias() {
    return (Boolean) getOrDefault(useBias());
  }

  default S setUseBias(boolean value) {
    set(useBias(), value);
    return self();
  }
}
