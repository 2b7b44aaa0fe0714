package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasZeroPadding;

/** Zeros around the input along two axes: see {@link io.sparknn.layer.conv.ZeroPadding}. */
public final class ZeroPadding2D extends UnaryLayerStage<ZeroPadding2D>
    implements HasZeroPadding<ZeroPadding2D> {
  private static final long serialVersionUID = 1L;

  public ZeroPadding2D() {
    this(newUid(ZeroPadding2D.class));
  }

  public ZeroPadding2D(String uid) {
    super(uid);
    setDefault(padding(), new int[] {1});
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.ZeroPadding(margins(2));
  }
}
