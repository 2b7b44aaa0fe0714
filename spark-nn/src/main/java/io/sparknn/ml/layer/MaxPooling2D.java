package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasPooling;

/** The maximum over windows along two axes: see {@link io.sparknn.layer.pool.MaxPooling}. */
public final class MaxPooling2D extends UnaryLayerStage<MaxPooling2D>
    implements HasPooling<MaxPooling2D> {
  private static final long serialVersionUID = 1L;

  public MaxPooling2D() {
    this(newUid(MaxPooling2D.class));
  }

  public MaxPooling2D(String uid) {
    super(uid);
    setDefault(poolSize(), new int[] {2});
    setDefault(padding(), "valid");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.MaxPooling(windows(2));
  }
}
