package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** A layer and the column that gets its output. */
public interface HasLayerOutput<S> extends Fluent<S> {

  /** Param: the name of a layer, as in the network's table, or of a part of a composite one. */
  default Param<String> layer() {
    return new Param<>(
        this,
        "layer",
        "the name of a layer, as in the network's table, or of a part of a composite one");
  }

  default String getLayer() {
    return getOrDefault(layer());
  }

  default S setLayer(String value) {
    set(layer(), value);
    return self();
  }

  /** Param: the column of the layer's output. */
  default Param<String> outputCol() {
    return Rule.column(this, "outputCol", "the column of the layer's output");
  }

  default String getOutputCol() {
    return getOrDefault(outputCol());
  }

  default S setOutputCol(String value) {
    set(outputCol(), value);
    return self();
  }
}
