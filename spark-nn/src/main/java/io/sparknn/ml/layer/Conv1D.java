package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Padding;
import io.sparknn.ml.param.HasConvolutionGroups;
import io.sparknn.ml.param.HasFilters;
import io.sparknn.ml.param.HasKernelInitializer;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.Param;

/** Convolution along one axis, such as time: see {@link io.sparknn.layer.conv.Convolution}. */
public final class Conv1D extends ConvolutionStage<Conv1D>
    implements HasFilters<Conv1D>, HasConvolutionGroups<Conv1D>, HasKernelInitializer<Conv1D> {
  private static final long serialVersionUID = 1L;

  public Conv1D() {
    this(newUid(Conv1D.class));
  }

  public Conv1D(String uid) {
    super(uid);
    setDefault(groups(), 1);
    setDefault(kernelInitializer(), "glorot_uniform");
  }

  /** Param: what the window does at the borders; 'causal' lets it see no later steps. */
  @Override
  public Param<String> padding() {
    return Rule.oneOf(
        Padding.class,
        this,
        "padding",
        "what the window does at the borders; 'causal' lets it see no later steps");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.Convolution(
        getFilters(),
        windows(1),
        getGroups(),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getKernelInitializer()),
        biasValues());
  }
}
