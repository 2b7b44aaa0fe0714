package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** How many rows are computed at once. */
public interface HasMicroBatchSize<S> extends Fluent<S> {

  /**
   * Param: the greatest number of rows that a partition computes at once; of more it adds up
   * gradients.
   */
  default IntParam microBatchSize() {
    return Rule.atLeast(
        1,
        this,
        "microBatchSize",
        "the greatest number of rows that a partition computes at once; of more it adds up gradients");
  }

  default int getMicroBatchSize() {
    return (Integer) getOrDefault(microBatchSize());
  }

  default S setMicroBatchSize(int value) {
    set(microBatchSize(), value);
    return self();
  }
}
