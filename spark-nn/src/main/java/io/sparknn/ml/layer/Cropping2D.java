package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasCropping;

/** The middle of the input along two axes: see {@link io.sparknn.layer.conv.Cropping}. */
public final class Cropping2D extends UnaryLayerStage<Cropping2D>
    implements HasCropping<Cropping2D> {
  private static final long serialVersionUID = 1L;

  public Cropping2D() {
    this(newUid(Cropping2D.class));
  }

  public Cropping2D(String uid) {
    super(uid);
    setDefault(cropping(), new int[] {0});
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.Cropping(margins(2));
  }
}
