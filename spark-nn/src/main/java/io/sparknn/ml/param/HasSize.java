package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntArrayParam;

/** How much larger the output is. */
public interface HasSize<S> extends Fluent<S> {

  /** Param: the factor along each axis. */
  default IntArrayParam size() {
    return Rule.integers(Axes.RULE, Axes::hold, this, "size", "the factor along each axis");
  }

  default int[] getSize() {
    return getOrDefault(size());
  }

  default S setSize(int... value) {
    set(size(), value);
    return self();
  }
}
