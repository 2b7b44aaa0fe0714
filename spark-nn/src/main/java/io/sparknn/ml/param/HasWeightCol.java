package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** The column of the weights of rows; all weigh 1 by default. */
public interface HasWeightCol<S> extends Fluent<S> {

  /** Param: the column of the weights of rows; all weigh 1 by default. */
  default Param<String> weightCol() {
    return Rule.column(
        this, "weightCol", "the column of the weights of rows; all weigh 1 by default");
  }

  default String getWeightCol() {
    return getOrDefault(weightCol());
  }

  default S setWeightCol(String value) {
    set(weightCol(), value);
    return self();
  }
}
