package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** The number of epochs: passes over the data. */
public interface HasMaxIter<S> extends Fluent<S> {

  /** Param: the number of epochs: passes over the data. */
  default IntParam maxIter() {
    return Rule.atLeast(0, this, "maxIter", "the number of epochs: passes over the data");
  }

  default int getMaxIter() {
    return (Integer) getOrDefault(maxIter());
  }

  default S setMaxIter(int value) {
    set(maxIter(), value);
    return self();
  }
}
