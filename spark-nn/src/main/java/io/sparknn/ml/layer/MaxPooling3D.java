package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasPooling;

/** The maximum over windows along three axes: see {@link io.sparknn.layer.pool.MaxPooling}. */
public final class MaxPooling3D extends UnaryLayerStage<MaxPooling3D>
    implements HasPooling<MaxPooling3D> {
  private static final long serialVersionUID = 1L;

  public MaxPooling3D() {
    this(newUid(MaxPooling3D.class));
  }

  public MaxPooling3D(String uid) {
    super(uid);
    setDefault(poolSize(), new int[] {2});
    setDefault(padding(), "valid");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.MaxPooling(windows(3));
  }
}
