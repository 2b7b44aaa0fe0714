package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasPooling;

/** The mean over windows along two axes: see {@link io.sparknn.layer.pool.AveragePooling}. */
public final class AveragePooling2D extends UnaryLayerStage<AveragePooling2D>
    implements HasPooling<AveragePooling2D> {
  private static final long serialVersionUID = 1L;

  public AveragePooling2D() {
    this(newUid(AveragePooling2D.class));
  }

  public AveragePooling2D(String uid) {
    super(uid);
    setDefault(poolSize(), new int[] {2});
    setDefault(padding(), "valid");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.AveragePooling(windows(2));
  }
}
