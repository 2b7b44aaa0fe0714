package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.Rule;

/** Fully recurrent layer: see {@link io.sparknn.layer.recurrent.SimpleRNN}. */
public final class SimpleRNN extends RecurrentStage<SimpleRNN> {
  private static final long serialVersionUID = 1L;

  public SimpleRNN() {
    this(newUid(SimpleRNN.class));
  }

  public SimpleRNN(String uid) {
    super(uid);
  }

  @Override
  protected Layer toLayer(boolean goBackwards) {
    return new io.sparknn.layer.recurrent.SimpleRNN(
        getUnits(),
        Rule.parse(ActivationFunction.class, getActivation()),
        getUseBias(),
        getReturnSequences(),
        goBackwards,
        getDropout(),
        getRecurrentDropout(),
        Initializer.parse(getKernelInitializer()),
        Initializer.parse(getRecurrentInitializer()),
        Initializer.parse(getBiasInitializer()));
  }
}
