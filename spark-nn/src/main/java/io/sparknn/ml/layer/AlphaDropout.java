package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasRate;

/**
 * Dropout for layers with the activation selu: see {@link
 * io.sparknn.layer.regularization.AlphaDropout}.
 */
public final class AlphaDropout extends UnaryLayerStage<AlphaDropout>
    implements HasRate<AlphaDropout> {
  private static final long serialVersionUID = 1L;

  public AlphaDropout() {
    this(newUid(AlphaDropout.class));
  }

  public AlphaDropout(String uid) {
    super(uid);
    setDefault(rate(), 0.5);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.regularization.AlphaDropout(getRate());
  }
}
