package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.layer.attention.ScoreMode;
import io.sparknn.ml.param.HasUseScale;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.Param;

/** Attention by scalar products: see {@link io.sparknn.layer.attention.Attention}. */
public final class Attention extends AttentionStage<Attention> implements HasUseScale<Attention> {
  private static final long serialVersionUID = 1L;

  public Attention() {
    this(newUid(Attention.class));
  }

  public Attention(String uid) {
    super(uid);
    setDefault(scoreMode(), "dot");
    setDefault(useScale(), false);
  }

  /** Param: how a query and a key are scored. */
  public Param<String> scoreMode() {
    return Rule.oneOf(ScoreMode.class, this, "scoreMode", "how a query and a key are scored");
  }

  public String getScoreMode() {
    return getOrDefault(scoreMode());
  }

  public Attention setScoreMode(String value) {
    set(scoreMode(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.attention.Attention(
        Rule.parse(ScoreMode.class, getScoreMode()), getUseScale(), getCausal(), getDropout());
  }
}
