package io.sparknn.ml;

import io.sparknn.layer.Layer;

/** Lets tests of other packages see the layer that a stage describes. */
public final class StageLayers {
  private StageLayers() {}

  public static Layer of(LayerStage<?> stage) {
    return stage.toLayer();
  }
}
