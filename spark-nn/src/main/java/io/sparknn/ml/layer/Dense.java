package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasActivation;
import io.sparknn.ml.param.HasBiasInitializer;
import io.sparknn.ml.param.HasKernelInitializer;
import io.sparknn.ml.param.HasUseBias;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.IntParam;

/** Fully connected layer along the last axis: see {@link io.sparknn.layer.core.Dense}. */
public final class Dense extends UnaryLayerStage<Dense>
    implements HasActivation<Dense>,
        HasUseBias<Dense>,
        HasKernelInitializer<Dense>,
        HasBiasInitializer<Dense>,
        HasWeights<Dense> {
  private static final long serialVersionUID = 1L;

  public Dense() {
    this(newUid(Dense.class));
  }

  public Dense(String uid) {
    super(uid);
    setDefault(activation(), "linear");
    setDefault(useBias(), true);
    setDefault(kernelInitializer(), "glorot_uniform");
    setDefault(biasInitializer(), "zeros");
  }

  /** Param: the number of outputs. */
  public IntParam units() {
    return Rule.atLeast(1, this, "units", "the number of outputs");
  }

  public int getUnits() {
    return (Integer) getOrDefault(units());
  }

  public Dense setUnits(int value) {
    set(units(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    if (!isSet(units())) {
      throw new IllegalArgumentException("units must be set: the number of outputs");
    }
    return new io.sparknn.layer.core.Dense(
        getUnits(),
        Rule.parse(ActivationFunction.class, getActivation()),
        getUseBias(),
        Initializer.parse(getKernelInitializer()),
        Initializer.parse(getBiasInitializer()));
  }
}
