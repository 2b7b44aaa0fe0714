package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** The column for the network's raw output; none if empty. */
public interface HasRawPredictionCol<S> extends Fluent<S> {

  /** Param: the column for the network's raw output; none if empty. */
  default Param<String> rawPredictionCol() {
    return Rule.column(
        this, "rawPredictionCol", "the column for the network's raw output; none if empty");
  }

  default String getRawPredictionCol() {
    return getOrDefault(rawPredictionCol());
  }

  default S setRawPredictionCol(String value) {
    set(rawPredictionCol(), value);
    return self();
  }
}
