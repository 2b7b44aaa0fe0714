package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasPooling;

/** The mean over windows along three axes: see {@link io.sparknn.layer.pool.AveragePooling}. */
public final class AveragePooling3D extends UnaryLayerStage<AveragePooling3D>
    implements HasPooling<AveragePooling3D> {
  private static final long serialVersionUID = 1L;

  public AveragePooling3D() {
    this(newUid(AveragePooling3D.class));
  }

  public AveragePooling3D(String uid) {
    super(uid);
    setDefault(poolSize(), new int[] {2});
    setDefault(padding(), "valid");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.AveragePooling(windows(3));
  }
}
