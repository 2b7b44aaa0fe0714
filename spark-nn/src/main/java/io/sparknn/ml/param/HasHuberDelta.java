package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** Where the Huber loss turns from squared to absolute. */
public interface HasHuberDelta<S> extends Fluent<S> {

  /** Param: the error from which the huber loss grows linearly. */
  default DoubleParam huberDelta() {
    return Rule.positive(this, "huberDelta", "the error from which the huber loss grows linearly");
  }

  default double getHuberDelta() {
    return (Double) getOrDefault(huberDelta());
  }

  default S setHuberDelta(double value) {
    set(huberDelta(), value);
    return self();
  }
}
