package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasRate;

/** Multiplies by noise in training: see {@link io.sparknn.layer.regularization.GaussianDropout}. */
public final class GaussianDropout extends UnaryLayerStage<GaussianDropout>
    implements HasRate<GaussianDropout> {
  private static final long serialVersionUID = 1L;

  public GaussianDropout() {
    this(newUid(GaussianDropout.class));
  }

  public GaussianDropout(String uid) {
    super(uid);
    setDefault(rate(), 0.5);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.regularization.GaussianDropout(getRate());
  }
}
