package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** The number of filters of each channel. */
public interface HasDepthMultiplier<S> extends Fluent<S> {

  /** Param: the number of filters of each channel. */
  default IntParam depthMultiplier() {
    return Rule.atLeast(1, this, "depthMultiplier", "the number of filters of each channel");
  }

  default int getDepthMultiplier() {
    return (Integer) getOrDefault(depthMultiplier());
  }

  default S setDepthMultiplier(int value) {
    set(depthMultiplier(), value);
    return self();
  }
}
