package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;

/** A saved model from whose weights training starts. */
public interface HasInitialModel<S> extends Fluent<S> {

  /**
   * Param: the folder, on any Hadoop file system, of a saved model, or of a pipeline's, from whose
   * weights and statistics training starts: those of layers of the same name and shapes.
   */
  default Param<String> initialModel() {
    return Rule.column(
        this,
        "initialModel",
        "the folder of a saved model, or of a pipeline's, from whose weights training starts: those of layers of the same name and shapes");
  }

  default String getInitialModel() {
    return getOrDefault(initialModel());
  }

  default S setInitialModel(String value) {
    set(initialModel(), value);
    return self();
  }

  /** Param: whether the head's own layer also starts from initialModel, if its shape fits. */
  default BooleanParam includeTop() {
    return Rule.flag(
        this,
        "includeTop",
        "whether the head's own layer also starts from initialModel, if its shape fits");
  }

  default boolean getIncludeTop() {
    return (Boolean) getOrDefault(includeTop());
  }

  default S setIncludeTop(boolean value) {
    set(includeTop(), value);
    return self();
  }
}
