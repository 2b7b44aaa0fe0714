package io.sparknn.ml.param;

import io.sparknn.activation.ActivationFunction;
import org.apache.spark.ml.param.Param;

/** The function applied to the gates. */
public interface HasRecurrentActivation<S> extends Fluent<S> {

  /** Param: the function applied to the gates. */
  default Param<String> recurrentActivation() {
    return Rule.oneOf(
        ActivationFunction.class, this, "recurrentActivation", "the function applied to the gates");
  }

  default String getRecurrentActivation() {
    return getOrDefault(recurrentActivation());
  }

  default S setRecurrentActivation(String value) {
    set(recurrentActivation(), value);
    return self();
  }
}
