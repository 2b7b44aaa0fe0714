package io.sparknn.ml.param;

import io.sparknn.activation.ActivationFunction;
import org.apache.spark.ml.param.Param;

/** The function applied to the layer's output. */
public interface HasActivation<S> extends Fluent<S> {

  /** Param: the function applied to the layer's output. */
  default Param<String> activation() {
    return Rule.oneOf(
        ActivationFunction.class, this, "activation", "the function applied to the layer's output");
  }

  default String getActivation() {
    return getOrDefault(activation());
  }

  default S setActivation(String value) {
    set(activation(), value);
    return self();
  }
}
