package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.layer.conv.Interpolation;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.Axes;
import io.sparknn.ml.param.HasSize;

/** The input with each step repeated: see {@link io.sparknn.layer.conv.UpSampling}. */
public final class UpSampling1D extends UnaryLayerStage<UpSampling1D>
    implements HasSize<UpSampling1D> {
  private static final long serialVersionUID = 1L;

  public UpSampling1D() {
    this(newUid(UpSampling1D.class));
  }

  public UpSampling1D(String uid) {
    super(uid);
    setDefault(size(), new int[] {2});
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.UpSampling(
        Axes.spread(1, size(), getSize()), Interpolation.NEAREST);
  }
}
