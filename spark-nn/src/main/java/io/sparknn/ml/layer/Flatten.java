package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;

/** All elements of a row on one axis: see {@link io.sparknn.layer.core.Flatten}. */
public final class Flatten extends UnaryLayerStage<Flatten> {
  private static final long serialVersionUID = 1L;

  public Flatten() {
    this(newUid(Flatten.class));
  }

  public Flatten(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.core.Flatten();
  }
}
