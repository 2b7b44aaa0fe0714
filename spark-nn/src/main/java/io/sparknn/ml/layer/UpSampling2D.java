package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.layer.conv.Interpolation;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.Axes;
import io.sparknn.ml.param.HasSize;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.Param;

/** The input enlarged along two axes: see {@link io.sparknn.layer.conv.UpSampling}. */
public final class UpSampling2D extends UnaryLayerStage<UpSampling2D>
    implements HasSize<UpSampling2D> {
  private static final long serialVersionUID = 1L;

  public UpSampling2D() {
    this(newUid(UpSampling2D.class));
  }

  public UpSampling2D(String uid) {
    super(uid);
    setDefault(size(), new int[] {2});
    setDefault(interpolation(), "nearest");
  }

  /** Param: how the elements in between are found. */
  public Param<String> interpolation() {
    return Rule.oneOf(
        Interpolation.class, this, "interpolation", "how the elements in between are found");
  }

  public String getInterpolation() {
    return getOrDefault(interpolation());
  }

  public UpSampling2D setInterpolation(String value) {
    set(interpolation(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.UpSampling(
        Axes.spread(2, size(), getSize()), Rule.parse(Interpolation.class, getInterpolation()));
  }
}
