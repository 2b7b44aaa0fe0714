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
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Convolution of each channel by itself along one, two or three axes, with {@code depthMultiplier}
 * filters a channel: {@code y[c * depthMultiplier + m] = activation(sum over taps of x[c] *
 * kernel[tap, c, m] + bias)}.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (positions..., channels *
 * depthMultiplier)}. Weights: {@code kernel (taps..., channels, depthMultiplier)}, {@code bias
 * (channels * depthMultiplier)}. Each row of ragged sequences is computed by its own length.
 *
 * @param windows one for each axis
 */
public record DepthwiseConvolution(
    List<Window> windows,
    int depthMultiplier,
    ActivationFunction activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {

  private static final int KERNEL = 0;
  private static final int BIAS = 1;

  private static final int INPUT = 2;
  private static final int SPREAD = 3;
  private static final int SPREAD_GRADIENT = 4;

  public DepthwiseConvolution {
    windows = Windows.checkNotCausal(windows);
    Inputs.checkPositive("depthMultiplier", depthMultiplier);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    int channels = Spatial.input(inputs, windows.size()).last();
    return Windows.outputShape(
        windows, inputs, channels == Shape.UNKNOWN ? channels : spread(channels));
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    int channels = Inputs.features(inputs);
    Shape kernel = Windows.kernel(windows, channels, depthMultiplier);
    List<Weight> weights = new ArrayList<>();
    weights.add(Weight.kernel("kernel", kernel, kernelInitializer));
    if (useBias) {
      weights.add(Weight.vector("bias", Shape.of(spread(channels)), biasInitializer));
    }
    return weights;
  }

  /** The number of filters of so many channels. */
  private int spread(int channels) {
    return Sizes.extent((long) channels * depthMultiplier, "depthMultiplier");
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
    int channels = product.columns();
    Maths.fill(product, 0);
    for (int row = 0; row < pass.rows(); row++) {
      Tensor x = spread(pass, input.row(row));
      Tensor y = product.row(row);
      Windows.of(windows, pass, row)
          .visit(
              (position, at, tap, inside) ->
                  Maths.addProducts(
                      x.data(),
                      x.offset() + at * channels,
                      kernel.data(),
                      kernel.offset() + tap * channels,
                      y.data(),
                      y.offset() + position * channels,
                      channels));
    }
    end.forward(pass);
  }

  @Override
  public void backward(Pass pass) {
    Tensor gradient = end().backward(pass);
    for (int row = 0; row < pass.rows(); row++) {
      if (pass.wantsWeightGradient(KERNEL)) {
        addKernelGradient(pass, row, gradient.row(row));
      }
      if (pass.wantsInputGradient(0)) {
        writeInputGradient(pass, row, gradient.row(row));
      }
    }
    if (pass.wantsInputGradient(0)) {
      Steps.clear(pass.inputGradient(), pass.mask());
    }
  }

  private void addKernelGradient(Pass pass, int row, Tensor dy) {
    Tensor x = spread(pass, Steps.input(pass, INPUT).row(row));
    Tensor dw = pass.weightGradient(KERNEL);
    int channels = dy.columns();
    Windows.of(windows, pass, row)
        .visit(
            (position, at, tap, inside) ->
                Maths.addProducts(
                    x.data(),
                    x.offset() + at * channels,
                    dy.data(),
                    dy.offset() + position * channels,
                    dw.data(),
                    dw.offset() + tap * channels,
                    channels));
  }

  private void writeInputGradient(Pass pass, int row, Tensor dy) {
    Tensor kernel = pass.weight(KERNEL);
    Tensor target = pass.inputGradient().row(row);
    Tensor dx = spreadGradient(pass, target);
    int channels = dy.columns();
    Maths.fill(dx, 0);
    Windows.of(windows, pass, row)
        .visit(
            (position, at, tap, inside) ->
                Maths.addProducts(
                    dy.data(),
                    dy.offset() + position * channels,
                    kernel.data(),
                    kernel.offset() + tap * channels,
                    dx.data(),
                    dx.offset() + at * channels,
                    channels));
    gather(dx, target);
  }

  /** The row's input with each channel once for each of its filters. */
  private Tensor spread(Pass pass, Tensor x) {
    if (depthMultiplier == 1) {
      return x;
    }
    Tensor spread = pass.scratch(SPREAD, spreadShape(x));
    for (int i = 0; i < x.size(); i++) {
      int to = spread.offset() + i * depthMultiplier;
      Arrays.fill(spread.data(), to, to + depthMultiplier, x.data()[x.offset() + i]);
    }
    return spread;
  }

  private Tensor spreadGradient(Pass pass, Tensor dx) {
    return depthMultiplier == 1 ? dx : pass.scratch(SPREAD_GRADIENT, spreadShape(dx));
  }

  private Shape spreadShape(Tensor x) {
    return x.shape().with(-1, x.columns() * depthMultiplier);
  }

  /** Sums the gradient of each channel over its filters: the transpose of {@link #spread}. */
  private void gather(Tensor spread, Tensor dx) {
    for (int i = 0; depthMultiplier > 1 && i < dx.size(); i++) {
      float sum = 0;
      for (int m = 0; m < depthMultiplier; m++) {
        sum += spread.data()[spread.offset() + i * depthMultiplier + m];
      }
      dx.data()[dx.offset() + i] = sum;
    }
  }

  @Override
  public Mask outputMask(Pass pass) {
    return Steps.outputMask(pass, windows.get(0)::positions);
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "depthwiseconv%dd", windows.size());
  }

  private BiasActivation end() {
    return new BiasActivation(activation, useBias ? BIAS : BiasActivation.NONE);
  }
}
