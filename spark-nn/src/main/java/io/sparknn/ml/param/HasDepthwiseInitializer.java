package io.sparknn.ml.param;

import io.sparknn.init.Initializer;
import org.apache.spark.ml.param.Param;

/** How the depthwise kernel gets its first values. */
public interface HasDepthwiseInitializer<S> extends Fluent<S> {

  /** Param: how the depthwise kernel gets its first values. */
  default Param<String> depthwiseInitializer() {
    return Rule.text(
        Initializer.choices(),
        Initializer::parse,
        this,
        "depthwiseInitializer",
        "how the depthwise kernel gets its first values");
  }

  default String getDepthwiseInitializer() {
    return getOrDefault(depthwiseInitializer());
  }

  default S setDepthwiseInitializer(String value) {
    set(depthwiseInitializer(), value);
    return self();
  }
}
