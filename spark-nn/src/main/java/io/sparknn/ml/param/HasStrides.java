package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntArrayParam;

/** The steps of the window along each axis. */
public interface HasStrides<S> extends Fluent<S> {

  /** Param: the steps of the window along each axis. */
  default IntArrayParam strides() {
    return Rule.integers(
        Axes.RULE, Axes::hold, this, "strides", "the steps of the window along each axis");
  }

  default int[] getStrides() {
    return getOrDefault(strides());
  }

  default S setStrides(int... value) {
    set(strides(), value);
    return self();
  }
}
