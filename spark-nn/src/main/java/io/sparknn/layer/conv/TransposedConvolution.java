package io.sparknn.layer.conv;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.BiasActivation;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Spatial;
import io.sparknn.layer.Steps;
import io.sparknn.layer.Weight;
import io.sparknn.layer.Window;
import io.sparknn.layer.Windows;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Transposed convolution along one, two or three axes, which enlarges its input: {@code y =
 * activation(sum over input positions and taps that meet y of x * kernel + bias)}. Its linear part
 * is the transpose of the {@link Convolution} that would make the input's shape of the output's.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (extents'..., filters)}, where an extent
 * of n becomes {@code n * stride} with padding 'same' and {@code (n - 1) * stride + max(span,
 * stride)} with 'valid', a window spanning {@code (size - 1) * dilation + 1}. Weights: {@code
 * kernel (taps..., filters, channels)}, {@code bias (filters)}. Each row of ragged sequences is
 * computed by its own length.
 *
 * @param windows one for each axis
 */
public record TransposedConvolution(
    int filters,
    List<Window> windows,
    ActivationFunction activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {

  private static final int KERNEL = 0;
  private static final int BIAS = 1;

  private static final int INPUT = 2;

  public TransposedConvolution {
    Inputs.checkPositive("filters", filters);
    windows = Windows.checkNotCausal(windows);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape shape = Spatial.input(inputs, windows.size()).with(-1, filters);
    for (int axis = 0; axis < windows.size(); axis++) {
      shape = shape.with(axis, windows.get(axis).transposedExtent(shape.extent(axis)));
    }
    return shape;
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape kernel = Windows.kernel(windows, filters, Inputs.features(inputs));
    List<Weight> weights = new ArrayList<>();
    weights.add(Weight.kernel("kernel", kernel, kernelInitializer));
    if (useBias) {
      weights.add(Weight.vector("bias", Shape.of(filters), biasInitializer));
    }
    return weights;
  }

  @Override
  public ActivationFunction outputActivation(ActivationFunction input) {
    return activation;
  }

  @Override
  public void forward(Pass pass) {
    BiasActivation end = end();
    Tensor input = Steps.input(pass, INPUT);
    Tensor kernel = pass.weight(KERNEL);
    Tensor product = end.product(pass);
    for (int row = 0; row < pass.rows(); row++) {
      correlation(pass, row).transpose(input.row(row), kernel, product.row(row));
      Steps.clearFrom(outputLength(Steps.length(pass, row)), product, row);
    }
    end.forward(pass);
  }

  @Override
  public void backward(Pass pass) {
    Tensor gradient = end().backward(pass);
    Tensor input = Steps.input(pass, INPUT);
    for (int row = 0; row < pass.rows(); row++) {
      Correlation correlation = correlation(pass, row);
      if (pass.wantsWeightGradient(KERNEL)) {
        correlation.addKernel(gradient.row(row), input.row(row), pass.weightGradient(KERNEL));
      }
      if (pass.wantsInputGradient(0)) {
        correlation.correlate(
            gradient.row(row), pass.weight(KERNEL), pass.inputGradient().row(row));
      }
    }
    if (pass.wantsInputGradient(0)) {
      Steps.clear(pass.inputGradient(), pass.mask());
    }
  }

  @Override
  public Mask outputMask(Pass pass) {
    return Steps.outputMask(pass, this::outputLength);
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "conv%ddtranspose", windows.size());
  }

  private int outputLength(int length) {
    return windows.get(0).transposedExtent(length);
  }

  private Correlation correlation(Pass pass, int row) {
    Shape batch = pass.output().shape();
    int length = outputLength(Steps.length(pass, row));
    return new Correlation(pass, Windows.of(windows, batch, length), 1);
  }

  private BiasActivation end() {
    return new BiasActivation(activation, useBias ? BIAS : BiasActivation.NONE);
  }
}
