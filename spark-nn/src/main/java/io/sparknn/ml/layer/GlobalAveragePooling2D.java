package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;

/** The mean over all rows and columns: see {@link io.sparknn.layer.pool.GlobalAveragePooling}. */
public final class GlobalAveragePooling2D extends UnaryLayerStage<GlobalAveragePooling2D> {
  private static final long serialVersionUID = 1L;

  public GlobalAveragePooling2D() {
    this(newUid(GlobalAveragePooling2D.class));
  }

  public GlobalAveragePooling2D(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.GlobalAveragePooling(2);
  }
}
