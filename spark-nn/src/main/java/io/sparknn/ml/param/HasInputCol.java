package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** The column that the layer reads. */
public interface HasInputCol<S> extends Fluent<S> {

  /** Param: the column that the layer reads. */
  default Param<String> inputCol() {
    return Rule.column(this, "inputCol", "the column that the layer reads");
  }

  default String getInputCol() {
    return getOrDefault(inputCol());
  }

  default S setInputCol(String value) {
    set(inputCol(), value);
    return self();
  }
}
