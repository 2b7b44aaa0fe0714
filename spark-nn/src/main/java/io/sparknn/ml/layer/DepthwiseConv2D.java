package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasDepthMultiplier;
import io.sparknn.ml.param.HasDepthwiseInitializer;

/**
 * Convolution of each channel by itself along two axes: see {@link
 * io.sparknn.layer.conv.DepthwiseConvolution}.
 */
public final class DepthwiseConv2D extends ConvolutionStage<DepthwiseConv2D>
    implements HasDepthMultiplier<DepthwiseConv2D>, HasDepthwiseInitializer<DepthwiseConv2D> {
  private static final long serialVersionUID = 1L;

  public DepthwiseConv2D() {
    this(newUid(DepthwiseConv2D.class));
  }

  public DepthwiseConv2D(String uid) {
    super(uid);
    setDefault(depthMultiplier(), 1);
    setDefault(depthwiseInitializer(), "glorot_uniform");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.conv.DepthwiseConvolution(
        windows(2),
        getDepthMultiplier(),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getDepthwiseInitializer()),
        biasValues());
  }
}
