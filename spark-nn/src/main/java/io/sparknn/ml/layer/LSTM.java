package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasRecurrentActivation;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.BooleanParam;

/** Long short-term memory: see {@link io.sparknn.layer.recurrent.LSTM}. */
public final class LSTM extends RecurrentStage<LSTM> implements HasRecurrentActivation<LSTM> {
  private static final long serialVersionUID = 1L;

  public LSTM() {
    this(newUid(LSTM.class));
  }

  public LSTM(String uid) {
    super(uid);
    setDefault(recurrentActivation(), "sigmoid");
    setDefault(unitForgetBias(), true);
  }

  /** Param: whether the bias of the forget gate is 1 at first. */
  public BooleanParam unitForgetBias() {
    return Rule.flag(this, "unitForgetBias", "whether the bias of the forget gate is 1 at first");
  }

  public boolean getUnitForgetBias() {
    return (Boolean) getOrDefault(unitForgetBias());
  }

  public LSTM setUnitForgetBias(boolean value) {
    set(unitForgetBias(), value);
    return this;
  }

  @Override
  protected Layer toLayer(boolean goBackwards) {
    return new io.sparknn.layer.recurrent.LSTM(
        getUnits(),
        Rule.parse(ActivationFunction.class, getActivation()),
        Rule.parse(ActivationFunction.class, getRecurrentActivation()),
        getUseBias(),
        getUnitForgetBias(),
        getReturnSequences(),
        goBackwards,
        getDropout(),
        getRecurrentDropout(),
        Initializer.parse(getKernelInitializer()),
        Initializer.parse(getRecurrentInitializer()),
        Initializer.parse(getBiasInitializer()));
  }
}
