package io.sparknn.ml.param;

import java.util.List;
import org.apache.spark.ml.param.Param;

/** What the window does at the borders. */
public interface HasPadding<S> extends Fluent<S> {

  /** Param: what the window does at the borders. */
  default Param<String> padding() {
    return Rule.text(
        "one of valid, same",
        value -> List.of("valid", "same").contains(value) ? value : null,
        this,
        "padding",
        "what the window does at the borders");
  }

  default String getPadding() {
    return getOrDefault(padding());
  }

  default S setPadding(String value) {
    set(padding(), value);
    return self();
  }
}
