package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;

/**
 * The maximum over all planes, rows and columns: see {@link
 * io.sparknn.layer.pool.GlobalMaxPooling}.
 */
public final class GlobalMaxPooling3D extends UnaryLayerStage<GlobalMaxPooling3D> {
  private static final long serialVersionUID = 1L;

  public GlobalMaxPooling3D() {
    this(newUid(GlobalMaxPooling3D.class));
  }

  public GlobalMaxPooling3D(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.GlobalMaxPooling(3);
  }
}
