package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasFilters;
import io.sparknn.ml.param.HasKernelInitializer;

/**
 * Transposed convolution along two axes: see {@link io.sparknn.layer.conv.TransposedConvolution}.
 */
public final class Conv2DTranspose extends ConvolutionStage<Conv2DTranspose>
    implements HasFilters<Conv2DTranspose>, HasKernelInitializer<Conv2DTranspose> {
  private static final long serialVersionUID = 1L;

  public Conv2DTranspose() {
    this(newUid(Conv2DTranspose.class));
  }

  public Conv2DTranspose(String uid) {
    super(uid);
    setDefault(kernelInitializer(), "glorot_uniform");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.TransposedConvolution(
        getFilters(),
        windows(2),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getKernelInitializer()),
        biasValues());
  }
}
