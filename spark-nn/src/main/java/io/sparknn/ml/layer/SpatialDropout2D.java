package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasRate;

/**
 * Drops whole channels of images at random in training: see {@link
 * io.sparknn.layer.regularization.SpatialDropout}.
 */
public final class SpatialDropout2D extends UnaryLayerStage<SpatialDropout2D>
    implements HasRate<SpatialDropout2D> {
  private static final long serialVersionUID = 1L;

  public SpatialDropout2D() {
    this(newUid(SpatialDropout2D.class));
  }

  public SpatialDropout2D(String uid) {
    super(uid);
    setDefault(rate(), 0.5);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.regularization.SpatialDropout(2, getRate());
  }
}
