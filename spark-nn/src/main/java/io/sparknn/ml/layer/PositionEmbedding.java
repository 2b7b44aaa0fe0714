package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasEmbeddingsInitializer;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.IntParam;

/** A trained vector for each step: see {@link io.sparknn.layer.embed.PositionEmbedding}. */
public final class PositionEmbedding extends UnaryLayerStage<PositionEmbedding>
    implements HasEmbeddingsInitializer<PositionEmbedding>, HasWeights<PositionEmbedding> {
  private static final long serialVersionUID = 1L;

  public PositionEmbedding() {
    this(newUid(PositionEmbedding.class));
  }

  public PositionEmbedding(String uid) {
    super(uid);
    setDefault(embeddingsInitializer(), "glorot_uniform");
  }

  /** Param: the greatest number of steps. */
  public IntParam maxSteps() {
    return Rule.atLeast(1, this, "maxSteps", "the greatest number of steps");
  }

  public int getMaxSteps() {
    return (Integer) getOrDefault(maxSteps());
  }

  public PositionEmbedding setMaxSteps(int value) {
    set(maxSteps(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    if (!isSet(maxSteps())) {
      throw new IllegalArgumentException("maxSteps must be set: the greatest number of steps");
    }
    return new io.sparknn.layer.embed.PositionEmbedding(
        getMaxSteps(), Initializer.parse(getEmbeddingsInitializer()));
  }
}
