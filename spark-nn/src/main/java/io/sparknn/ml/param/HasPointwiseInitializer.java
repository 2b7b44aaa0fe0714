package io.sparknn.ml.param;

import io.sparknn.init.Initializer;
import org.apache.spark.ml.param.Param;

/** How the pointwise kernel gets its first values. */
public interface HasPointwiseInitializer<S> extends Fluent<S> {

  /** Param: how the pointwise kernel gets its first values. */
  default Param<String> pointwiseInitializer() {
    return Rule.text(
        Initializer.choices(),
        Initializer::parse,
        this,
        "pointwiseInitializer",
        "how the pointwise kernel gets its first values");
  }

  default String getPointwiseInitializer() {
    return getOrDefault(pointwiseInitializer());
  }

  default S setPointwiseInitializer(String value) {
    set(pointwiseInitializer(), value);
    return self();
  }
}
