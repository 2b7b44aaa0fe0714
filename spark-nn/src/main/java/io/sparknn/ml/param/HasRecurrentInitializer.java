package io.sparknn.ml.param;

import io.sparknn.init.Initializer;
import org.apache.spark.ml.param.Param;

/** How the recurrent kernel gets its first values. */
public interface HasRecurrentInitializer<S> extends Fluent<S> {

  /** Param: how the recurrent kernel gets its first values. */
  default Param<String> recurrentInitializer() {
    return Rule.text(
        Initializer.choices(),
        Initializer::parse,
        this,
        "recurrentInitializer",
        "how the recurrent kernel gets its first values");
  }

  default String getRecurrentInitializer() {
    return getOrDefault(recurrentInitializer());
  }

  default S setRecurrentInitializer(String value) {
    set(recurrentInitializer(), value);
    return self();
  }
}
