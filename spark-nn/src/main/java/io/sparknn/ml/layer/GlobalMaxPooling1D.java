package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;

/** The maximum over all steps that count: see {@link io.sparknn.layer.pool.GlobalMaxPooling}. */
public final class GlobalMaxPooling1D extends UnaryLayerStage<GlobalMaxPooling1D> {
  private static final long serialVersionUID = 1L;

  public GlobalMaxPooling1D() {
    this(newUid(GlobalMaxPooling1D.class));
  }

  public GlobalMaxPooling1D(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.GlobalMaxPooling(1);
  }
}
