package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasEpsilon;
import io.sparknn.ml.param.HasWeights;

/**
 * Normalisation by the root mean square over the last axis: see {@link
 * io.sparknn.layer.norm.RMSNormalization}.
 */
public final class RMSNormalization extends UnaryLayerStage<RMSNormalization>
    implements HasEpsilon<RMSNormalization>, HasWeights<RMSNormalization> {
  private static final long serialVersionUID = 1L;

  public RMSNormalization() {
    this(newUid(RMSNormalization.class));
  }

  public RMSNormalization(String uid) {
    super(uid);
    setDefault(epsilon(), 1e-6);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.norm.RMSNormalization(getEpsilon());
  }
}
