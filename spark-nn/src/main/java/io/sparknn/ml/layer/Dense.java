package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasActivation;
import io.sparknn.ml.param.HasBiasInitializer;
import io.sparknn.ml.param.HasKernelInitializer;
import io.sparknn.ml.param.HasUnits;
import io.sparknn.ml.param.HasUseBias;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;

/** Fully connected layer along the last axis: see {@link io.sparknn.layer.core.Dense}. */
public final class Dense extends UnaryLayerStage<Dense>
    implements HasUnits<Dense>,
        HasActivation<Dense>,
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

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.core.Dense(
        getUnits(),
        Rule.parse(ActivationFunction.class, getActivation()),
        getUseBias(),
        Initializer.parse(getKernelInitializer()),
        Initializer.parse(getBiasInitializer()));
  }
}
