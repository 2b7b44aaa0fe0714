package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** What a layer is called. */
public interface HasName<S> extends Fluent<S> {

  /** Param: what the layer is called in the network's table and in its weights' names. */
  default Param<String> name() {
    return new Param<>(
        this, "name", "what the layer is called in the network's table and its weights' names");
  }

  default String getName() {
    return getOrDefault(name());
  }

  default S setName(String value) {
    set(name(), value);
    return self();
  }
}
