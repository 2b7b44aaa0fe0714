package io.sparknn.ml.param;

import io.sparknn.spark.GradientPrecision;
import org.apache.spark.ml.param.Param;

/** How gradients travel between executors. */
public interface HasGradientPrecision<S> extends Fluent<S> {

  /** Param: how gradients travel between executors. */
  default Param<String> gradientPrecision() {
    return Rule.oneOf(
        GradientPrecision.class,
        this,
        "gradientPrecision",
        "how gradients travel between executors");
  }

  default String getGradientPrecision() {
    return getOrDefault(gradientPrecision());
  }

  default S setGradientPrecision(String value) {
    set(gradientPrecision(), value);
    return self();
  }
}
