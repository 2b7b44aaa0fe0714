package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.Param;

/** Rectifier with a learned slope for each channel: see {@link io.sparknn.layer.core.PReLU}. */
public final class PReLU extends UnaryLayerStage<PReLU> implements HasWeights<PReLU> {
  private static final long serialVersionUID = 1L;

  public PReLU() {
    this(newUid(PReLU.class));
  }

  public PReLU(String uid) {
    super(uid);
    setDefault(alphaInitializer(), "zeros");
  }

  /** Param: how the slopes get their first values. */
  public Param<String> alphaInitializer() {
    return Rule.text(
        Initializer.choices(),
        Initializer::parse,
        this,
        "alphaInitializer",
        "how the slopes get their first values");
  }

  public String getAlphaInitializer() {
    return getOrDefault(alphaInitializer());
  }

  public PReLU setAlphaInitializer(String value) {
    set(alphaInitializer(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.core.PReLU(Initializer.parse(getAlphaInitializer()));
  }
}
