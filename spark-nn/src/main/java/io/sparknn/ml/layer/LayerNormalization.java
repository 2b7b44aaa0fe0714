package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasCenterAndScale;
import io.sparknn.ml.param.HasEpsilon;
import io.sparknn.ml.param.HasWeights;

/**
 * Normalisation of each position over the last axis: see {@link
 * io.sparknn.layer.norm.LayerNormalization}.
 */
public final class LayerNormalization extends UnaryLayerStage<LayerNormalization>
    implements HasEpsilon<LayerNormalization>,
        HasCenterAndScale<LayerNormalization>,
        HasWeights<LayerNormalization> {
  private static final long serialVersionUID = 1L;

  public LayerNormalization() {
    this(newUid(LayerNormalization.class));
  }

  public LayerNormalization(String uid) {
    super(uid);
    setDefault(epsilon(), 1e-3);
    setDefault(center(), true);
    setDefault(scale(), true);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.norm.LayerNormalization(getEpsilon(), getCenter(), getScale());
  }
}
