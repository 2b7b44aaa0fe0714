package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasRate;

/**
 * Drops whole features of sequences at random in training: see {@link
 * io.sparknn.layer.regularization.SpatialDropout}.
 */
public final class SpatialDropout1D extends UnaryLayerStage<SpatialDropout1D>
    implements HasRate<SpatialDropout1D> {
  private static final long serialVersionUID = 1L;

  public SpatialDropout1D() {
    this(newUid(SpatialDropout1D.class));
  }

  public SpatialDropout1D(String uid) {
    super(uid);
    setDefault(rate(), 0.5);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.regularization.SpatialDropout(1, getRate());
  }
}
