package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasBiasInitializer;
import io.sparknn.ml.param.HasHeads;
import io.sparknn.ml.param.HasKernelInitializer;
import io.sparknn.ml.param.HasRotary;
import io.sparknn.ml.param.HasUseBias;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.IntParam;

/** Multi-head attention: see {@link io.sparknn.layer.attention.MultiHeadAttention}. */
public final class MultiHeadAttention extends AttentionStage<MultiHeadAttention>
    implements HasHeads<MultiHeadAttention>,
        HasUseBias<MultiHeadAttention>,
        HasRotary<MultiHeadAttention>,
        HasKernelInitializer<MultiHeadAttention>,
        HasBiasInitializer<MultiHeadAttention> {
  private static final long serialVersionUID = 1L;

  public MultiHeadAttention() {
    this(newUid(MultiHeadAttention.class));
  }

  public MultiHeadAttention(String uid) {
    super(uid);
    setDefault(numKeyValueHeads(), 0);
    setDefault(valueDim(), 0);
    setDefault(outputDim(), 0);
    setDefault(useBias(), true);
    setDefault(rotary(), false);
    setDefault(kernelInitializer(), "glorot_uniform");
    setDefault(biasInitializer(), "zeros");
  }

  /** Param: the features of each head's queries and keys. */
  public IntParam keyDim() {
    return Rule.atLeast(1, this, "keyDim", "the features of each head's queries and keys");
  }

  public int getKeyDim() {
    return (Integer) getOrDefault(keyDim());
  }

  public MultiHeadAttention setKeyDim(int value) {
    set(keyDim(), value);
    return this;
  }

  /** Param: the features of each head's values; 0 for {@code keyDim}. */
  public IntParam valueDim() {
    return Rule.atLeast(0, this, "valueDim", "the features of each head's values; 0 for keyDim");
  }

  public int getValueDim() {
    return (Integer) getOrDefault(valueDim());
  }

  public MultiHeadAttention setValueDim(int value) {
    set(valueDim(), value);
    return this;
  }

  /** Param: the features of the output; 0 for as many as the queries have. */
  public IntParam outputDim() {
    return Rule.atLeast(
        0, this, "outputDim", "the features of the output; 0 for as many as the queries have");
  }

  public int getOutputDim() {
    return (Integer) getOrDefault(outputDim());
  }

  public MultiHeadAttention setOutputDim(int value) {
    set(outputDim(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    if (!isSet(numHeads()) || !isSet(keyDim())) {
      throw new IllegalArgumentException(
          "numHeads and keyDim must be set: the number of heads, and the features of each");
    }
    return new io.sparknn.layer.attention.MultiHeadAttention(
        getNumHeads(),
        getNumKeyValueHeads(),
        getKeyDim(),
        getValueDim(),
        getOutputDim(),
        getUseBias(),
        getCausal(),
        getDropout(),
        getRotary(),
        Initializer.parse(getKernelInitializer()),
        Initializer.parse(getBiasInitializer()));
  }
}
