package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasConvolutionGroups;
import io.sparknn.ml.param.HasFilters;
import io.sparknn.ml.param.HasKernelInitializer;

/** Convolution along two axes: see {@link io.sparknn.layer.conv.Convolution}. */
public final class Conv2D extends ConvolutionStage<Conv2D>
    implements HasFilters<Conv2D>, HasConvolutionGroups<Conv2D>, HasKernelInitializer<Conv2D> {
  private static final long serialVersionUID = 1L;

  public Conv2D() {
    this(newUid(Conv2D.class));
  }

  public Conv2D(String uid) {
    super(uid);
    setDefault(groups(), 1);
    setDefault(kernelInitializer(), "glorot_uniform");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.Convolution(
        getFilters(),
        windows(2),
        getGroups(),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getKernelInitializer()),
        biasValues());
  }
}
