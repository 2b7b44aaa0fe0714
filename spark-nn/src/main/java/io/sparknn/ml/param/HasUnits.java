package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** The number of outputs, which has no default. */
public interface HasUnits<S> extends Fluent<S> {

  /** Param: the number of outputs; of each direction, if there are two. */
  default IntParam units() {
    return Rule.atLeast(
        1, this, "units", "the number of outputs; of each direction, if there are two");
  }

  default int getUnits() {
    if (!isSet(units())) {
      throw new IllegalArgumentException("units must be set: the number of outputs");
    }
    return (Integer) getOrDefault(units());
  }

  default S setUnits(int value) {
    set(units(), value);
    return self();
  }
}
