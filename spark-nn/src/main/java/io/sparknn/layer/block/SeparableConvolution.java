package io.sparknn.layer.block;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Composite;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Window;
import io.sparknn.layer.Windows;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.conv.DepthwiseConvolution;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Depthwise separable convolution (Chollet, CVPR 2017): a {@link DepthwiseConvolution} without bias
 * and activation, the part {@code depthwise}, and behind it a {@link Convolution} of single
 * positions, the part {@code pointwise}, which mixes the channels.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (positions..., filters)}.
 *
 * @param windows one for each axis
 */
public record SeparableConvolution(
    int filters,
    List<Window> windows,
    int depthMultiplier,
    ActivationFunction activation,
    boolean useBias,
    Initializer depthwiseInitializer,
    Initializer pointwiseInitializer,
    Initializer biasInitializer)
    implements Composite {

  public SeparableConvolution {
    Inputs.checkPositive("filters", filters);
    Inputs.checkPositive("depthMultiplier", depthMultiplier);
    windows = Windows.checkNotCausal(windows);
  }

  @Override
  public Wire wire(Wiring wiring, List<Wire> inputs) {
    DepthwiseConvolution depthwise =
        new DepthwiseConvolution(
            windows,
            depthMultiplier,
            ActivationFunction.LINEAR,
            false,
            depthwiseInitializer,
            Initializer.ZEROS);
    Convolution pointwise =
        new Convolution(
            filters,
            Collections.nCopies(windows.size(), Window.POINT),
            1,
            activation,
            useBias,
            pointwiseInitializer,
            biasInitializer);
    return wiring.apply("pointwise", pointwise, wiring.apply("depthwise", depthwise, inputs));
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "separableconv%dd", windows.size());
  }
}
