package io.sparknn.ml.layer;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.ml.param.HasDepthMultiplier;
import io.sparknn.ml.param.HasDepthwiseInitializer;
import io.sparknn.ml.param.HasFilters;
import io.sparknn.ml.param.HasPointwiseInitializer;

/**
 * Depthwise separable convolution along one axis, such as time: see {@link
 * io.sparknn.layer.block.SeparableConvolution}.
 */
public final class SeparableConv1D extends ConvolutionStage<SeparableConv1D>
    implements HasFilters<SeparableConv1D>,
        HasDepthMultiplier<SeparableConv1D>,
        HasDepthwiseInitializer<SeparableConv1D>,
        HasPointwiseInitializer<SeparableConv1D> {
  private static final long serialVersionUID = 1L;

  public SeparableConv1D() {
    this(newUid(SeparableConv1D.class));
  }

  public SeparableConv1D(String uid) {
    super(uid);
    setDefault(depthMultiplier(), 1);
    setDefault(depthwiseInitializer(), "glorot_uniform");
    setDefault(pointwiseInitializer(), "glorot_uniform");
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.block.SeparableConvolution(
        getFilters(),
        windows(1),
        getDepthMultiplier(),
        activationFunction(),
        getUseBias(),
        Initializer.parse(getDepthwiseInitializer()),
        Initializer.parse(getPointwiseInitializer()),
        biasValues());
  }
}
