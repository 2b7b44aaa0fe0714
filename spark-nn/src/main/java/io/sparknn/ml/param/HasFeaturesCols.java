package io.sparknn.ml.param;

import org.apache.spark.ml.param.StringArrayParam;

/** Several columns for a head to read, one after the other. */
public interface HasFeaturesCols<S> extends Fluent<S> {

  /** Param: the columns whose vectors the head concatenates and reads instead of featuresCol. */
  default StringArrayParam featuresCols() {
    return Rule.columns(
        this,
        "featuresCols",
        "the columns whose vectors the head concatenates and reads instead of featuresCol");
  }

  default String[] getFeaturesCols() {
    return getOrDefault(featuresCols());
  }

  default S setFeaturesCols(String... value) {
    set(featuresCols(), value);
    return self();
  }
}
