package io.sparknn.ml.param;

import org.apache.spark.ml.param.StringArrayParam;

/** Layers that a head does not train. */
public interface HasFrozenLayers<S> extends Fluent<S> {

  /**
   * Param: names of layers that are not trained, in addition to those whose stage says so; {@code
   * *} stands for any text, and alone for all layers but the head's own.
   */
  default StringArrayParam frozenLayers() {
    return Rule.columns(
        this,
        "frozenLayers",
        "names of layers that are not trained; * stands for any text, and alone for all layers but the head's own");
  }

  default String[] getFrozenLayers() {
    return getOrDefault(frozenLayers());
  }

  default S setFrozenLayers(String... value) {
    set(frozenLayers(), value);
    return self();
  }
}
