package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** The axis along which columns are joined. */
public interface HasAxis<S> extends Fluent<S> {

  /** Param: the axis: 1 is the first one of a row (0 is the batch's, as in Keras), -1 the last. */
  default IntParam axis() {
    return new IntParam(this, "axis", "the axis: 1 is the first one of a row, -1 the last");
  }

  default int getAxis() {
    return (Integer) getOrDefault(axis());
  }

  default S setAxis(int value) {
    set(axis(), value);
    return self();
  }
}
