package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasMomentum;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.DoubleParam;

/** Batch normalisation over the last axis: see {@link io.sparknn.layer.norm.BatchNormalization}. */
public final class BatchNormalization extends UnaryLayerStage<BatchNormalization>
    implements HasMomentum<BatchNormalization> {
  private static final long serialVersionUID = 1L;

  public BatchNormalization() {
    this(newUid(BatchNormalization.class));
  }

  public BatchNormalization(String uid) {
    super(uid);
    setDefault(momentum(), 0.99);
    setDefault(epsilon(), 1e-3);
  }

  /** Param: what is added to the variance before its root is taken. */
  public DoubleParam epsilon() {
    return Rule.number(
        "above 0",
        value -> value > 0,
        this,
        "epsilon",
        "what is added to the variance before its root is taken");
  }

  public double getEpsilon() {
    return (Double) getOrDefault(epsilon());
  }

  public BatchNormalization setEpsilon(double value) {
    set(epsilon(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.norm.BatchNormalization(getMomentum(), getEpsilon());
  }
}
