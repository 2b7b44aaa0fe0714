package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** The column that carries the layer; the input column by default. */
public interface HasOutputCol<S> extends Fluent<S> {

  /** Param: the column that carries the layer; the input column by default. */
  default Param<String> outputCol() {
    return Rule.column(
        this, "outputCol", "the column that carries the layer; the input column by default");
  }

  default String getOutputCol() {
    return getOrDefault(outputCol());
  }

  default S setOutputCol(String value) {
    set(outputCol(), value);
    return self();
  }
}
