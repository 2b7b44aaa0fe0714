package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;

/** The mean over all steps that count: see {@link io.sparknn.layer.pool.GlobalAveragePooling}. */
public final class GlobalAveragePooling1D extends UnaryLayerStage<GlobalAveragePooling1D> {
  private static final long serialVersionUID = 1L;

  public GlobalAveragePooling1D() {
    this(newUid(GlobalAveragePooling1D.class));
  }

  public GlobalAveragePooling1D(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.GlobalAveragePooling(1);
  }
}
