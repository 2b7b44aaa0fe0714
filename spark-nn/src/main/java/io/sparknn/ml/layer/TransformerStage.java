package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasActivation;
import io.sparknn.ml.param.HasBiasInitializer;
import io.sparknn.ml.param.HasCausal;
import io.sparknn.ml.param.HasDropout;
import io.sparknn.ml.param.HasEpsilon;
import io.sparknn.ml.param.HasHeads;
import io.sparknn.ml.param.HasKernelInitializer;
import io.sparknn.ml.param.HasRotary;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;

/**
 * What transformer stacks share.
 *
 * @param <S> the stage's own type
 */
public abstract class TransformerStage<S extends TransformerStage<S>> extends UnaryLayerStage<S>
    implements HasHeads<S>,
        HasActivation<S>,
        HasDropout<S>,
        HasCausal<S>,
        HasRotary<S>,
        HasEpsilon<S>,
        HasKernelInitializer<S>,
        HasBiasInitializer<S>,
        HasWeights<S> {
  private static final long serialVersionUID = 1L;

  protected TransformerStage(String uid) {
    super(uid);
    setDefault(numLayers(), 1);
    setDefault(numKeyValueHeads(), 0);
    setDefault(activation(), "relu");
    setDefault(dropout(), 0.0);
    setDefault(normFirst(), false);
    setDefault(rotary(), false);
    setDefault(finalNorm(), false);
    setDefault(epsilon(), 1e-5);
    setDefault(kernelInitializer(), "glorot_uniform");
    setDefault(biasInitializer(), "zeros");
  }

  /** Param: the number of layers. */
  public IntParam numLayers() {
    return Rule.atLeast(1, this, "numLayers", "the number of layers");
  }

  public int getNumLayers() {
    return (Integer) getOrDefault(numLayers());
  }

  public S setNumLayers(int value) {
    set(numLayers(), value);
    return self();
  }

  /** Param: the hidden units of each layer's feed-forward part. */
  public IntParam feedForwardSize() {
    return Rule.atLeast(
        1, this, "feedForwardSize", "the hidden units of each layer's feed-forward part");
  }

  public int getFeedForwardSize() {
    return (Integer) getOrDefault(feedForwardSize());
  }

  public S setFeedForwardSize(int value) {
    set(feedForwardSize(), value);
    return self();
  }

  /**
   * Param: whether each part of a layer reads normalised values, instead of normalising its sum.
   */
  public BooleanParam normFirst() {
    return Rule.flag(
        this,
        "normFirst",
        "whether each part of a layer reads normalised values, instead of normalising its sum");
  }

  public boolean getNormFirst() {
    return (Boolean) getOrDefault(normFirst());
  }

  public S setNormFirst(boolean value) {
    set(normFirst(), value);
    return self();
  }

  /** Param: whether the output is normalised once more. */
  public BooleanParam finalNorm() {
    return Rule.flag(this, "finalNorm", "whether the output is normalised once more");
  }

  public boolean getFinalNorm() {
    return (Boolean) getOrDefault(finalNorm());
  }

  public S setFinalNorm(boolean value) {
    set(finalNorm(), value);
    return self();
  }

  /** The layer's constructor. */
  interface Constructor {
    Layer create(
        int layers,
        int heads,
        int keyValueHeads,
        int feedForwardSize,
        ActivationFunction activation,
        double dropout,
        boolean normFirst,
        boolean causal,
        boolean rotary,
        boolean finalNorm,
        double epsilon,
        Initializer kernelInitializer,
        Initializer biasInitializer);
  }

  /** The layer that the params describe. */
  Layer create(Constructor constructor) {
    if (!isSet(numHeads()) || !isSet(feedForwardSize())) {
      throw new IllegalArgumentException(
          "numHeads and feedForwardSize must be set: the heads and the hidden units of each layer");
    }
    return constructor.create(
        getNumLayers(),
        getNumHeads(),
        getNumKeyValueHeads(),
        getFeedForwardSize(),
        Rule.parse(ActivationFunction.class, getActivation()),
        getDropout(),
        getNormFirst(),
        getCausal(),
        getRotary(),
        getFinalNorm(),
        getEpsilon(),
        Initializer.parse(getKernelInitializer()),
        Initializer.parse(getBiasInitializer()));
  }
}
