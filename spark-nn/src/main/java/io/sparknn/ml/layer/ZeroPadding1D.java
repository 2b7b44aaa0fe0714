package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasZeroPadding;

/**
 * Zeros around the input along one axis, such as time: see {@link
 * io.sparknn.layer.conv.ZeroPadding}.
 */
public final class ZeroPadding1D extends UnaryLayerStage<ZeroPadding1D>
    implements HasZeroPadding<ZeroPadding1D> {
  private static final long serialVersionUID = 1L;

  public ZeroPadding1D() {
    this(newUid(ZeroPadding1D.class));
  }

  public ZeroPadding1D(String uid) {
    super(uid);
    setDefault(padding(), new int[] {1});
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.ZeroPadding(margins(1));
  }
}
