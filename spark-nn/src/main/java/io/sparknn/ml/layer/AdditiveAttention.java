package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasUseScale;

/** Additive attention: see {@link io.sparknn.layer.attention.AdditiveAttention}. */
public final class AdditiveAttention extends AttentionStage<AdditiveAttention>
    implements HasUseScale<AdditiveAttention> {
  private static final long serialVersionUID = 1L;

  public AdditiveAttention() {
    this(newUid(AdditiveAttention.class));
  }

  public AdditiveAttention(String uid) {
    super(uid);
    setDefault(useScale(), true);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.attention.AdditiveAttention(
        getUseScale(), getCausal(), getDropout());
  }
}
