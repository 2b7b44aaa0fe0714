package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.MergeLayerStage;
import io.sparknn.ml.param.HasAxis;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.BooleanParam;

/** Dot products of two columns along an axis: see {@link io.sparknn.layer.merge.Dot}. */
public final class Dot extends MergeLayerStage<Dot> implements HasAxis<Dot> {
  private static final long serialVersionUID = 1L;

  public Dot() {
    this(newUid(Dot.class));
  }

  public Dot(String uid) {
    super(uid);
    setDefault(axis(), -1);
    setDefault(normalize(), false);
  }

  /** Param: whether vectors are divided by their lengths first, which gives their cosine. */
  public BooleanParam normalize() {
    return Rule.flag(
        this,
        "normalize",
        "whether vectors are divided by their lengths first, which gives their cosine");
  }

  public boolean getNormalize() {
    return (Boolean) getOrDefault(normalize());
  }

  public Dot setNormalize(boolean value) {
    set(normalize(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.merge.Dot(getAxis(), getNormalize());
  }
}
