package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** The column for predictions. */
public interface HasPredictionCol<S> extends Fluent<S> {

  /** Param: the column for predictions. */
  default Param<String> predictionCol() {
    return Rule.column(this, "predictionCol", "the column for predictions");
  }

  default String getPredictionCol() {
    return getOrDefault(predictionCol());
  }

  default S setPredictionCol(String value) {
    set(predictionCol(), value);
    return self();
  }
}
