package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;

/** The gain and shift behind a normalisation. */
public interface HasCenterAndScale<S> extends Fluent<S> {

  /** Param: whether a learned beta is added to each channel. */
  default BooleanParam center() {
    return Rule.flag(this, "center", "whether a learned beta is added to each channel");
  }

  default boolean getCenter() {
    return (Boolean) getOrDefault(center());
  }

  default S setCenter(boolean value) {
    set(center(), value);
    return self();
  }

  /** Param: whether each channel is multiplied by a learned gamma. */
  default BooleanParam scale() {
    return Rule.flag(this, "scale", "whether each channel is multiplied by a learned gamma");
  }

  default boolean getScale() {
    return (Boolean) getOrDefault(scale());
  }

  default S setScale(boolean value) {
    set(scale(), value);
    return self();
  }
}
