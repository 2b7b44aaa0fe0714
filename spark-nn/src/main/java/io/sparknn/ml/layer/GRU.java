package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasRecurrentActivation;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.BooleanParam;

/** Gated recurrent unit: see {@link io.sparknn.layer.recurrent.GRU}. */
public final class GRU extends RecurrentStage<GRU> implements HasRecurrentActivation<GRU> {
  private static final long serialVersionUID = 1L;

  public GRU() {
    this(newUid(GRU.class));
  }

  public GRU(String uid) {
    super(uid);
    setDefault(recurrentActivation(), "sigmoid");
    setDefault(resetAfter(), true);
  }

  /** Param: whether the reset gate comes after the recurrent kernel. */
  public BooleanParam resetAfter() {
    return Rule.flag(this, "resetAfter", "whether the reset gate comes after the recurrent kernel");
  }

  public boolean getResetAfter() {
    return (Boolean) getOrDefault(resetAfter());
  }

  public GRU setResetAfter(boolean value) {
    set(resetAfter(), value);
    return this;
  }

  @Override
  protected Layer toLayer(boolean goBackwards) {
    return new io.sparknn.layer.recurrent.GRU(
        getUnits(),
        Rule.parse(ActivationFunction.class, getActivation()),
        Rule.parse(ActivationFunction.class, getRecurrentActivation()),
        getUseBias(),
        getResetAfter(),
        getReturnSequences(),
        goBackwards,
        getDropout(),
        getRecurrentDropout(),
        Initializer.parse(getKernelInitializer()),
        Initializer.parse(getRecurrentInitializer()),
        Initializer.parse(getBiasInitializer()));
  }
}
