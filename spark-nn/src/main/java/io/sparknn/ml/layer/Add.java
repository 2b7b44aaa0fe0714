package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.MergeLayerStage;

/** The sum of columns of one shape: see {@link io.sparknn.layer.merge.Add}. */
public final class Add extends MergeLayerStage<Add> {
  private static final long serialVersionUID = 1L;

  public Add() {
    this(newUid(Add.class));
  }

  public Add(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.merge.Add();
  }
}
