package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.MergeLayerStage;

/** The difference of two columns of one shape: see {@link io.sparknn.layer.merge.Subtract}. */
public final class Subtract extends MergeLayerStage<Subtract> {
  private static final long serialVersionUID = 1L;

  public Subtract() {
    this(newUid(Subtract.class));
  }

  public Subtract(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.merge.Subtract();
  }
}
