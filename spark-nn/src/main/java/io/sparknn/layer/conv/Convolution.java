package io.sparknn.layer.conv;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.BiasActivation;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Steps;
import io.sparknn.layer.Weight;
import io.sparknn.layer.Window;
import io.sparknn.layer.Windows;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * Convolution (cross-correlation, as everywhere in this field) along one, two or three axes: each
 * output element is {@code activation(sum over taps and channels of x * kernel + bias)}. With
 * several groups, each group of filters sees a group of channels of its own.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (positions..., filters)}. Weights: {@code
 * kernel (taps..., channels / groups, filters)}, {@code bias (filters)}. Each row of ragged
 * sequences is computed by its own length. Squares of 3 or 5 taps that move by 1 over many channels
 * are computed by {@link io.sparknn.tensor.Winograd}'s filtering, whose rounding errors are about
 * twice those of the plain sum.
 *
 * @param windows one for each axis
 */
public record Convolution(
    int filters,
    List<Window> windows,
    int groups,
    ActivationFunction activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {

  private static final int KERNEL = 0;
  private static final int BIAS = 1;

  private static final int INPUT = 2;

  public Convolution {
    Inputs.checkPositive("filters", filters);
    Inputs.checkPositive("groups", groups);
    windows = windows.size() == 1 ? Windows.check(windows) : Windows.checkNotCausal(windows);
    checkGroups("filters", filters, groups);
  }

  private static void checkGroups(String name, int count, int groups) {
    if (count % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be a multiple of the groups; received %d %s and %d groups",
              name,
              count,
              name,
              groups));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape shape = Windows.outputShape(windows, inputs, filters);
    int channels = inputs.get(0).last();
    if (channels != Shape.UNKNOWN) {
      checkGroups("channels", channels, groups);
    }
    return shape;
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape kernel = Windows.kernel(windows, Inputs.features(inputs) / groups, filters);
    return Weight.kernelAndBias(kernel, kernelInitializer, useBias, biasInitializer);
  }

  @Override
  public ActivationFunction outputActivation(ActivationFunction input) {
    return activation;
  }

  @Override
  public void forward(Pass pass) {
    BiasActivation end = end();
    Tensor image = Steps.input(pass, INPUT);
    Tensor kernel = pass.weight(KERNEL);
    Tensor product = end.product(pass);
    if (isPlain(pass)) {
      pass.plan(this::batchCorrelation).correlate(pass, image, kernel, product);
      end.forward(pass);
      return;
    }
    for (int row = 0; row < pass.rows(); row++) {
      correlation(pass, row).correlate(image.row(row), kernel, product.row(row));
      Steps.clearFrom(outputLength(Steps.length(pass, row)), product, row);
    }
    end.forward(pass);
  }

  @Override
  public void backward(Pass pass) {
    Tensor gradient = end().backward(pass);
    if (isPlain(pass)) {
      backward(pass, pass.plan(this::batchCorrelation), gradient);
      return;
    }
    Tensor image = Steps.input(pass, INPUT);
    for (int row = 0; row < pass.rows(); row++) {
      Correlation correlation = correlation(pass, row);
      if (pass.wantsWeightGradient(KERNEL)) {
        correlation.addKernel(image.row(row), gradient.row(row), pass.weightGradient(KERNEL));
      }
      if (pass.wantsInputGradient(0)) {
        correlation.transpose(
            gradient.row(row), pass.weight(KERNEL), pass.inputGradient().row(row));
      }
    }
    if (pass.wantsInputGradient(0)) {
      Steps.clear(pass.inputGradient(), pass.mask());
    }
  }

  private static void backward(Pass pass, BatchCorrelation correlation, Tensor gradient) {
    if (pass.wantsWeightGradient(KERNEL)) {
      correlation.addKernel(pass, pass.input(), gradient, pass.weightGradient(KERNEL));
    }
    if (pass.wantsInputGradient(0)) {
      correlation.transpose(pass, gradient, pass.weight(KERNEL), pass.inputGradient());
    }
  }

  @Override
  public Mask outputMask(Pass pass) {
    return Steps.outputMask(pass, this::outputLength);
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "conv%dd", windows.size());
  }

  private int outputLength(int length) {
    return windows.get(0).positions(length);
  }

  /** Whether all rows are equally long, and there are no groups. */
  private boolean isPlain(Pass pass) {
    return pass.mask() == null && groups == 1;
  }

  private BatchCorrelation batchCorrelation(Pass pass) {
    return BatchCorrelation.of(pass, windows, filters);
  }

  private Correlation correlation(Pass pass, int row) {
    return new Correlation(pass, Windows.of(windows, pass, row), groups);
  }

  private BiasActivation end() {
    return new BiasActivation(activation, useBias ? BIAS : BiasActivation.NONE);
  }
}
