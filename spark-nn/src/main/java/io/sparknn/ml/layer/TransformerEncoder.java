package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;

/** A stack of transformer encoder layers: see {@link io.sparknn.layer.block.TransformerEncoder}. */
public final class TransformerEncoder extends TransformerStage<TransformerEncoder> {
  private static final long serialVersionUID = 1L;

  public TransformerEncoder() {
    this(newUid(TransformerEncoder.class));
  }

  public TransformerEncoder(String uid) {
    super(uid);
    setDefault(causal(), false);
  }

  @Override
  protected Layer toLayer() {
    return create(io.sparknn.layer.block.TransformerEncoder::new);
  }
}
