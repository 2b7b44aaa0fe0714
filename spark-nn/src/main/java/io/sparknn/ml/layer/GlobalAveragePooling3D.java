package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;

/**
 * The mean over all planes, rows and columns: see {@link
 * io.sparknn.layer.pool.GlobalAveragePooling}.
 */
public final class GlobalAveragePooling3D extends UnaryLayerStage<GlobalAveragePooling3D> {
  private static final long serialVersionUID = 1L;

  public GlobalAveragePooling3D() {
    this(newUid(GlobalAveragePooling3D.class));
  }

  public GlobalAveragePooling3D(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.GlobalAveragePooling(3);
  }
}
