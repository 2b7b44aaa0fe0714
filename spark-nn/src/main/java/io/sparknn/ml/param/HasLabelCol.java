package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** The column of labels. */
public interface HasLabelCol<S> extends Fluent<S> {

  /** Param: the column of labels. */
  default Param<String> labelCol() {
    return Rule.column(this, "labelCol", "the column of labels");
  }

  default String getLabelCol() {
    return getOrDefault(labelCol());
  }

  default S setLabelCol(String value) {
    set(labelCol(), value);
    return self();
  }
}
