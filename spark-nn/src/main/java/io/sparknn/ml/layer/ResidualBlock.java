package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.block.ResidualBlock.Shortcut;
import io.sparknn.layer.block.ResidualBlock.Variant;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasActivation;
import io.sparknn.ml.param.HasEpsilon;
import io.sparknn.ml.param.HasKernelInitializer;
import io.sparknn.ml.param.HasMomentum;
import io.sparknn.ml.param.HasSynchronized;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** Convolutions with a shortcut around them: see {@link io.sparknn.layer.block.ResidualBlock}. */
public final class ResidualBlock extends UnaryLayerStage<ResidualBlock>
    implements HasActivation<ResidualBlock>,
        HasMomentum<ResidualBlock>,
        HasEpsilon<ResidualBlock>,
        HasKernelInitializer<ResidualBlock>,
        HasSynchronized<ResidualBlock>,
        HasWeights<ResidualBlock> {
  private static final long serialVersionUID = 1L;

  public ResidualBlock() {
    this(newUid(ResidualBlock.class));
  }

  public ResidualBlock(String uid) {
    super(uid);
    setDefault(variant(), "basic");
    setDefault(stride(), 1);
    setDefault(shortcut(), "projection");
    setDefault(preActivation(), false);
    setDefault(activation(), "relu");
    setDefault(momentum(), 0.99);
    setDefault(epsilon(), 1e-3);
    setDefault(synchronization(), false);
    setDefault(kernelInitializer(), "he_normal");
  }

  /** Param: which convolutions the block has. */
  public Param<String> variant() {
    return Rule.oneOf(Variant.class, this, "variant", "which convolutions the block has");
  }

  public String getVariant() {
    return getOrDefault(variant());
  }

  public ResidualBlock setVariant(String value) {
    set(variant(), value);
    return this;
  }

  /** Param: the number of channels of the 3 by 3 convolutions. */
  public IntParam filters() {
    return Rule.atLeast(1, this, "filters", "the number of channels of the 3 by 3 convolutions");
  }

  public int getFilters() {
    return (Integer) getOrDefault(filters());
  }

  public ResidualBlock setFilters(int value) {
    set(filters(), value);
    return this;
  }

  /** Param: the stride of the first 3 by 3 convolution. */
  public IntParam stride() {
    return Rule.atLeast(1, this, "stride", "the stride of the first 3 by 3 convolution");
  }

  public int getStride() {
    return (Integer) getOrDefault(stride());
  }

  public ResidualBlock setStride(int value) {
    set(stride(), value);
    return this;
  }

  /** Param: how the input is brought to another shape. */
  public Param<String> shortcut() {
    return Rule.oneOf(
        Shortcut.class, this, "shortcut", "how the input is brought to another shape");
  }

  public String getShortcut() {
    return getOrDefault(shortcut());
  }

  public ResidualBlock setShortcut(String value) {
    set(shortcut(), value);
    return this;
  }

  /** Param: whether norm and activation stand before each convolution. */
  public BooleanParam preActivation() {
    return Rule.flag(
        this, "preActivation", "whether norm and activation stand before each convolution");
  }

  public boolean getPreActivation() {
    return (Boolean) getOrDefault(preActivation());
  }

  public ResidualBlock setPreActivation(boolean value) {
    set(preActivation(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    if (!isSet(filters())) {
      throw new IllegalArgumentException(
          "filters must be set: the number of channels of the 3 by 3 convolutions");
    }
    return new io.sparknn.layer.block.ResidualBlock(
        Rule.parse(Variant.class, getVariant()),
        getFilters(),
        getStride(),
        Rule.parse(Shortcut.class, getShortcut()),
        getPreActivation(),
        Rule.parse(ActivationFunction.class, getActivation()),
        getMomentum(),
        getEpsilon(),
        Initializer.parse(getKernelInitializer()),
        getSynchronized());
  }
}
