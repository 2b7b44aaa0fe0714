package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasPooling;

/**
 * The maximum over windows along one axis, such as time: see {@link
 * io.sparknn.layer.pool.MaxPooling}.
 */
public final class MaxPooling1D extends UnaryLayerStage<MaxPooling1D>
    implements HasPooling<MaxPooling1D> {
  private static final long serialVersionUID = 1L;

  public MaxPooling1D() {
    this(newUid(MaxPooling1D.class));
  }

  public MaxPooling1D(String uid) {
    super(uid);
    setDefault(poolSize(), new int[] {2});
    setDefault(padding(), "valid");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.MaxPooling(windows(1));
  }
}
