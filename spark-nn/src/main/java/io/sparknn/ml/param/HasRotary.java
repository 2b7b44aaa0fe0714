package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;

/** Whether attention tells positions by rotary angles. */
public interface HasRotary<S> extends Fluent<S> {

  /** Param: whether attention tells positions by rotary angles. */
  default BooleanParam rotary() {
    return Rule.flag(this, "rotary", "whether attention tells positions by rotary angles");
  }

  default boolean getRotary() {
    return (Boolean) getOrDefault(rotary());
  }

  default S setRotary(boolean value) {
    set(rotary(), value);
    return self();
  }
}
