package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasDepthMultiplier;
import io.sparknn.ml.param.HasDepthwiseInitializer;

/**
 * Convolution of each channel by itself along one axis, such as time: see {@link
 * io.sparknn.layer.conv.DepthwiseConvolution}.
 */
public final class DepthwiseConv1D extends ConvolutionStage<DepthwiseConv1D>
    implements HasDepthMultiplier<DepthwiseConv1D>, HasDepthwiseInitializer<DepthwiseConv1D> {
  private static final long serialVersionUID = 1L;

  public DepthwiseConv1D() {
    this(newUid(DepthwiseConv1D.class));
  }

  public DepthwiseConv1D(String uid) {
    super(uid);
    setDefault(depthMultiplier(), 1);
    setDefault(depthwiseInitializer(), "glorot_uniform");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.DepthwiseConvolution(
        windows(1),
        getDepthMultiplier(),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getDepthwiseInitializer()),
        biasValues());
  }
}
