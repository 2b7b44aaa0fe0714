package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.MergeLayerStage;

/**
 * The product of columns of one shape, element by element: see {@link
 * io.sparknn.layer.merge.Multiply}.
 */
public final class Multiply extends MergeLayerStage<Multiply> {
  private static final long serialVersionUID = 1L;

  public Multiply() {
    this(newUid(Multiply.class));
  }

  public Multiply(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.merge.Multiply();
  }
}
