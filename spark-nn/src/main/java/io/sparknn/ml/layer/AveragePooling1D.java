package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasPooling;

/**
 * The mean over windows along one axis, such as time: see {@link
 * io.sparknn.layer.pool.AveragePooling}.
 */
public final class AveragePooling1D extends UnaryLayerStage<AveragePooling1D>
    implements HasPooling<AveragePooling1D> {
  private static final long serialVersionUID = 1L;

  public AveragePooling1D() {
    this(newUid(AveragePooling1D.class));
  }

  public AveragePooling1D(String uid) {
    super(uid);
    setDefault(poolSize(), new int[] {2});
    setDefault(padding(), "valid");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.pool.AveragePooling(windows(1));
  }
}
