package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;

/** The maximum over all rows and columns: see {@link io.sparknn.layer.pool.GlobalMaxPooling}. */
public final class GlobalMaxPooling2D extends UnaryLayerStage<GlobalMaxPooling2D> {
  private static final long serialVersionUID = 1L;

  public GlobalMaxPooling2D() {
    this(newUid(GlobalMaxPooling2D.class));
  }

  public GlobalMaxPooling2D(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.GlobalMaxPooling(2);
  }
}
