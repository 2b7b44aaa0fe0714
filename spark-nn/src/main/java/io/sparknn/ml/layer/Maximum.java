package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.MergeLayerStage;

/** The greatest element of columns of one shape: see {@link io.sparknn.layer.merge.Maximum}. */
public final class Maximum extends MergeLayerStage<Maximum> {
  private static final long serialVersionUID = 1L;

  public Maximum() {
    this(newUid(Maximum.class));
  }

  public Maximum(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.merge.Maximum();
  }
}
