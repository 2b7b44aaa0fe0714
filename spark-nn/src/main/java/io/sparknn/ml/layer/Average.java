package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.MergeLayerStage;

/** The mean of columns of one shape: see {@link io.sparknn.layer.merge.Average}. */
public final class Average extends MergeLayerStage<Average> {
  private static final long serialVersionUID = 1L;

  public Average() {
    this(newUid(Average.class));
  }

  public Average(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.merge.Average();
  }
}
