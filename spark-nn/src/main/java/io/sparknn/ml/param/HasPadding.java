package io.sparknn.ml.param;

import io.sparknn.layer.Padding;
import org.apache.spark.ml.param.Param;

/** What the window does at the borders. */
public interface HasPadding<S> extends Fluent<S> {

  /** Param: what the window does at the borders. */
  default Param<String> padding() {
    return Rule.oneOf(Padding.class, this, "padding", "what the window does at the borders");
  }

  default String getPadding() {
    return getOrDefault(padding());
  }

  default S setPadding(String value) {
    set(padding(), value);
    return self();
  }
}
