package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntArrayParam;

/** The distance between taps along each axis. */
public interface HasDilationRate<S> extends Fluent<S> {

  /** Param: the distance between taps along each axis. */
  default IntArrayParam dilationRate() {
    return Rule.integers(
        Axes.RULE, Axes::hold, this, "dilationRate", "the distance between taps along each axis");
  }

  default int[] getDilationRate() {
    return getOrDefault(dilationRate());
  }

  default S setDilationRate(int... value) {
    set(dilationRate(), value);
    return self();
  }
}
