package io.sparknn.ml.param;

import io.sparknn.init.Initializer;
import org.apache.spark.ml.param.Param;

/** How the bias gets its first values. */
public interface HasBiasInitializer<S> extends Fluent<S> {

  /** Param: how the bias gets its first values. */
  default Param<String> biasInitializer() {
    return Rule.text(
        Initializer.choices(),
        Initializer::parse,
        this,
        "biasInitializer",
        "how the bias gets its first values");
  }

  default String getBiasInitializer() {
    return getOrDefault(biasInitializer());
  }

  default S setBiasInitializer(String value) {
    set(biasInitializer(), value);
    return self();
  }
}
