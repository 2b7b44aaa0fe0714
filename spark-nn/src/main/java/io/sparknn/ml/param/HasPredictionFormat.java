package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** How the predicted labels of a row are written, if there may be several. */
public interface HasPredictionFormat<S> extends Fluent<S> {

  /**
   * Param: {@code flags}, a vector of 0 and 1, or {@code indices}, an {@code array<double>} of
   * label indices, as {@code MultilabelClassificationEvaluator} reads it.
   */
  default Param<String> predictionFormat() {
    return Rule.oneOf(
        PredictionFormat.class,
        this,
        "predictionFormat",
        "how the predicted labels of a row are written, if there may be several: as a vector of 0 and 1, or as an array of label indices");
  }

  default String getPredictionFormat() {
    return getOrDefault(predictionFormat());
  }

  default S setPredictionFormat(String value) {
    set(predictionFormat(), value);
    return self();
  }
}
