package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** The greatest number of rows in a batch, over all partitions. */
public interface HasBatchSize<S> extends Fluent<S> {

  /** Param: the greatest number of rows in a batch, over all partitions. */
  default IntParam batchSize() {
    return Rule.atLeast(
        1, this, "batchSize", "the greatest number of rows in a batch, over all partitions");
  }

  default int getBatchSize() {
    return (Integer) getOrDefault(batchSize());
  }

  default S setBatchSize(int value) {
    set(batchSize(), value);
    return self();
  }
}
