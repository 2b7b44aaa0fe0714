package io.sparknn.ml.param;

import org.apache.spark.ml.param.StringArrayParam;

/** The columns that the layer joins. */
public interface HasInputCols<S> extends Fluent<S> {

  /** Param: the columns that the layer joins. */
  default StringArrayParam inputCols() {
    return Rule.columns(this, "inputCols", "the columns that the layer joins");
  }

  default String[] getInputCols() {
    return getOrDefault(inputCols());
  }

  default S setInputCols(String... value) {
    set(inputCols(), value);
    return self();
  }
}
