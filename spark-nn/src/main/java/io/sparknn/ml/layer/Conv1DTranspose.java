package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasFilters;
import io.sparknn.ml.param.HasKernelInitializer;

/**
 * Transposed convolution along one axis, such as time: see {@link
 * io.sparknn.layer.conv.TransposedConvolution}.
 */
public final class Conv1DTranspose extends ConvolutionStage<Conv1DTranspose>
    implements HasFilters<Conv1DTranspose>, HasKernelInitializer<Conv1DTranspose> {
  private static final long serialVersionUID = 1L;

  public Conv1DTranspose() {
    this(newUid(Conv1DTranspose.class));
  }

  public Conv1DTranspose(String uid) {
    super(uid);
    setDefault(kernelInitializer(), "glorot_uniform");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.TransposedConvolution(
        getFilters(),
        windows(1),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getKernelInitializer()),
        biasValues());
  }
}
