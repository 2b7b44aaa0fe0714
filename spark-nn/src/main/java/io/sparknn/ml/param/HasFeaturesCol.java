package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** The column whose value and network the head reads. */
public interface HasFeaturesCol<S> extends Fluent<S> {

  /** Param: the column whose value and network the head reads. */
  default Param<String> featuresCol() {
    return Rule.column(this, "featuresCol", "the column whose value and network the head reads");
  }

  default String getFeaturesCol() {
    return getOrDefault(featuresCol());
  }

  default S setFeaturesCol(String value) {
    set(featuresCol(), value);
    return self();
  }
}
