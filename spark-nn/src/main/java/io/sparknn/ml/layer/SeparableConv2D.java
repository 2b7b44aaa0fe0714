package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasDepthMultiplier;
import io.sparknn.ml.param.HasDepthwiseInitializer;
import io.sparknn.ml.param.HasFilters;
import io.sparknn.ml.param.HasPointwiseInitializer;

/**
 * Depthwise separable convolution along two axes: see {@link
 * io.sparknn.layer.block.SeparableConvolution}.
 */
public final class SeparableConv2D extends ConvolutionStage<SeparableConv2D>
    implements HasFilters<SeparableConv2D>,
        HasDepthMultiplier<SeparableConv2D>,
        HasDepthwiseInitializer<SeparableConv2D>,
        HasPointwiseInitializer<SeparableConv2D> {
  private static final long serialVersionUID = 1L;

  public SeparableConv2D() {
    this(newUid(SeparableConv2D.class));
  }

  public SeparableConv2D(String uid) {
    super(uid);
    setDefault(depthMultiplier(), 1);
    setDefault(depthwiseInitializer(), "glorot_uniform");
    setDefault(pointwiseInitializer(), "glorot_uniform");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.block.SeparableConvolution(
        getFilters(),
        windows(2),
        getDepthMultiplier(),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getDepthwiseInitializer()),
        Initializer.parse(getPointwiseInitializer()),
        biasValues());
  }
}
