package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** How often gradients or weights are exchanged. */
public interface HasLocalSteps<S> extends Fluent<S> {

  /**
   * Param: the number of steps that partitions make on their own before their weights are averaged.
   */
  default IntParam localSteps() {
    return Rule.atLeast(
        1,
        this,
        "localSteps",
        "the number of steps that partitions make on their own before their weights are averaged");
  }

  default int getLocalSteps() {
    return (Integer) getOrDefault(localSteps());
  }

  default S setLocalSteps(int value) {
    set(localSteps(), value);
    return self();
  }
}
