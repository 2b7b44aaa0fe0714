package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.MergeLayerStage;
import io.sparknn.ml.param.HasAxis;

/** Columns one after another along an axis: see {@link io.sparknn.layer.merge.Concatenate}. */
public final class Concatenate extends MergeLayerStage<Concatenate>
    implements HasAxis<Concatenate> {
  private static final long serialVersionUID = 1L;

  public Concatenate() {
    this(newUid(Concatenate.class));
  }

  public Concatenate(String uid) {
    super(uid);
    setDefault(axis(), -1);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.merge.Concatenate(getAxis());
  }
}
