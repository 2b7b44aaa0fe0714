package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** The number of output channels, which has no default. */
public interface HasFilters<S> extends Fluent<S> {

  /** Param: the number of output channels. */
  default IntParam filters() {
    return Rule.atLeast(1, this, "filters", "the number of output channels");
  }

  default int getFilters() {
    if (!isSet(filters())) {
      throw new IllegalArgumentException("filters must be set: the number of output channels");
    }
    return (Integer) getOrDefault(filters());
  }

  default S setFilters(int value) {
    set(filters(), value);
    return self();
  }
}
