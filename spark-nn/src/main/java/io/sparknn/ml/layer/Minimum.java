package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.MergeLayerStage;

/** The least element of columns of one shape: see {@link io.sparknn.layer.merge.Minimum}. */
public final class Minimum extends MergeLayerStage<Minimum> {
  private static final long serialVersionUID = 1L;

  public Minimum() {
    this(newUid(Minimum.class));
  }

  public Minimum(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.merge.Minimum();
  }
}
