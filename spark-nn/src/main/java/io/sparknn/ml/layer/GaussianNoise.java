package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.DoubleParam;

/** Adds noise in training: see {@link io.sparknn.layer.regularization.GaussianNoise}. */
public final class GaussianNoise extends UnaryLayerStage<GaussianNoise> {
  private static final long serialVersionUID = 1L;

  public GaussianNoise() {
    this(newUid(GaussianNoise.class));
  }

  public GaussianNoise(String uid) {
    super(uid);
    setDefault(stddev(), 0.1);
  }

  /** Param: the standard deviation of the noise. */
  public DoubleParam stddev() {
    return Rule.notNegative(this, "stddev", "the standard deviation of the noise");
  }

  public double getStddev() {
    return (Double) getOrDefault(stddev());
  }

  public GaussianNoise setStddev(double value) {
    set(stddev(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.regularization.GaussianNoise(getStddev());
  }
}
