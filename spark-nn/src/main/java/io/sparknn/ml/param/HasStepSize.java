package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** The learning rate. */
public interface HasStepSize<S> extends Fluent<S> {

  /** Param: the learning rate. */
  default DoubleParam stepSize() {
    return Rule.positive(this, "stepSize", "the learning rate");
  }

  default double getStepSize() {
    return (Double) getOrDefault(stepSize());
  }

  default S setStepSize(double value) {
    set(stepSize(), value);
    return self();
  }
}
