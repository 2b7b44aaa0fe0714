package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;

/** Whether scores have trained weights. */
public interface HasUseScale<S> extends Fluent<S> {

  /** Param: whether the scores have trained weights. */
  default BooleanParam useScale() {
    return Rule.flag(this, "useScale", "whether the scores have trained weights");
  }

  default boolean getUseScale() {
    return (Boolean) getOrDefault(useScale());
  }

  default S setUseScale(boolean value) {
    set(useScale(), value);
    return self();
  }
}
