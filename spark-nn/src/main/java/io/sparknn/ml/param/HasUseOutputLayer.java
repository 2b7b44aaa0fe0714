package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;

/** Whether a head adds a layer of its own. */
public interface HasUseOutputLayer<S> extends Fluent<S> {

  /**
   * Param: whether the head adds a dense layer of one output a class or target; otherwise the
   * column's layers must end with as many outputs themselves.
   */
  default BooleanParam useOutputLayer() {
    return Rule.flag(
        this,
        "useOutputLayer",
        "whether the head adds a dense layer of one output a class or target; otherwise the column's layers must end with as many outputs");
  }

  default boolean getUseOutputLayer() {
    return (Boolean) getOrDefault(useOutputLayer());
  }

  default S setUseOutputLayer(boolean value) {
    set(useOutputLayer(), value);
    return self();
  }
}
