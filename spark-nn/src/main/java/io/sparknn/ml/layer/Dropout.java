package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasRate;

/** Drops elements at random in training: see {@link io.sparknn.layer.regularization.Dropout}. */
public final class Dropout extends UnaryLayerStage<Dropout> implements HasRate<Dropout> {
  private static final long serialVersionUID = 1L;

  public Dropout() {
    this(newUid(Dropout.class));
  }

  public Dropout(String uid) {
    super(uid);
    setDefault(rate(), 0.5);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.regularization.Dropout(getRate());
  }
}
