package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasConvolutionGroups;
import io.sparknn.ml.param.HasFilters;
import io.sparknn.ml.param.HasKernelInitializer;

/** Convolution along three axes: see {@link io.sparknn.layer.conv.Convolution}. */
public final class Conv3D extends ConvolutionStage<Conv3D>
    implements HasFilters<Conv3D>, HasConvolutionGroups<Conv3D>, HasKernelInitializer<Conv3D> {
  private static final long serialVersionUID = 1L;

  public Conv3D() {
    this(newUid(Conv3D.class));
  }

  public Conv3D(String uid) {
    super(uid);
    setDefault(groups(), 1);
    setDefault(kernelInitializer(), "glorot_uniform");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.Convolution(
        getFilters(),
        windows(3),
        getGroups(),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getKernelInitializer()),
        biasValues());
  }
}
