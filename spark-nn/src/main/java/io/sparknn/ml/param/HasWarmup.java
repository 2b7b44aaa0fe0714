package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** The epochs of a rise of the step size before its schedule begins. */
public interface HasWarmup<S> extends Fluent<S> {

  /** Param: the epochs in which the step size rises from near 0 before its schedule begins. */
  default DoubleParam warmupEpochs() {
    return Rule.notNegative(
        this,
        "warmupEpochs",
        "the epochs in which the step size rises from near 0 before its schedule begins");
  }

  default double getWarmupEpochs() {
    return (Double) getOrDefault(warmupEpochs());
  }

  default S setWarmupEpochs(double value) {
    set(warmupEpochs(), value);
    return self();
  }
}
