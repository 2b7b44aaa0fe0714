package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasCropping;

/**
 * The middle of the input along one axis, such as time: see {@link io.sparknn.layer.conv.Cropping}.
 */
public final class Cropping1D extends UnaryLayerStage<Cropping1D>
    implements HasCropping<Cropping1D> {
  private static final long serialVersionUID = 1L;

  public Cropping1D() {
    this(newUid(Cropping1D.class));
  }

  public Cropping1D(String uid) {
    super(uid);
    setDefault(cropping(), new int[] {1});
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.Cropping(margins(1));
  }
}
