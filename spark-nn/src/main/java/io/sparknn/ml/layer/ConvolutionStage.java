package io.sparknn.ml.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.Axes;
import io.sparknn.ml.param.HasActivation;
import io.sparknn.ml.param.HasBiasInitializer;
import io.sparknn.ml.param.HasDilationRate;
import io.sparknn.ml.param.HasKernelSize;
import io.sparknn.ml.param.HasPadding;
import io.sparknn.ml.param.HasStrides;
import io.sparknn.ml.param.HasUseBias;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import java.util.List;

/**
 * What all convolutions share.
 *
 * @param <S> the stage's own type
 */
abstract class ConvolutionStage<S extends ConvolutionStage<S>> extends UnaryLayerStage<S>
    implements HasKernelSize<S>,
        HasStrides<S>,
        HasPadding<S>,
        HasDilationRate<S>,
        HasActivation<S>,
        HasUseBias<S>,
        HasBiasInitializer<S>,
        HasWeights<S> {
  private static final long serialVersionUID = 1L;

  ConvolutionStage(String uid) {
    super(uid);
    setDefault(kernelSize(), new int[] {3});
    setDefault(strides(), new int[] {1});
    setDefault(padding(), "valid");
    setDefault(dilationRate(), new int[] {1});
    setDefault(activation(), "linear");
    setDefault(useBias(), true);
    setDefault(biasInitializer(), "zeros");
  }

  /** The windows along so many axes. */
  List<Window> windows(int axes) {
    return Axes.windows(
        axes,
        Axes.spread(axes, kernelSize(), getKernelSize()),
        Axes.spread(axes, strides(), getStrides()),
        Axes.spread(axes, dilationRate(), getDilationRate()),
        Rule.parse(Padding.class, getPadding()));
  }

  ActivationFunction activationFunction() {
    return Rule.parse(ActivationFunction.class, getActivation());
  }

  Initializer biasValues() {
    return Initializer.parse(getBiasInitializer());
  }
}
