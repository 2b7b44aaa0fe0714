package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasCenterAndScale;
import io.sparknn.ml.param.HasEpsilon;
import io.sparknn.ml.param.HasMomentum;
import io.sparknn.ml.param.HasSynchronized;
import io.sparknn.ml.param.HasWeights;

/** Batch normalisation over the last axis: see {@link io.sparknn.layer.norm.BatchNormalization}. */
public final class BatchNormalization extends UnaryLayerStage<BatchNormalization>
    implements HasMomentum<BatchNormalization>,
        HasEpsilon<BatchNormalization>,
        HasCenterAndScale<BatchNormalization>,
        HasSynchronized<BatchNormalization>,
        HasWeights<BatchNormalization> {
  private static final long serialVersionUID = 1L;

  public BatchNormalization() {
    this(newUid(BatchNormalization.class));
  }

  public BatchNormalization(String uid) {
    super(uid);
    setDefault(momentum(), 0.99);
    setDefault(epsilon(), 1e-3);
    setDefault(synchronization(), false);
    setDefault(center(), true);
    setDefault(scale(), true);
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.norm.BatchNormalization(
        getMomentum(), getEpsilon(), getCenter(), getScale(), getSynchronized());
  }
}
