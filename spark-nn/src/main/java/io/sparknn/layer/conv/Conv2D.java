package io.sparknn.layer.conv;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.BiasActivation;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.layer.Window;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in this field): each output element
 * is {@code activation(sum over taps and channels of x * kernel + bias)}.
 *
 * <p>Input {@code (rows, columns, channels)}, output {@code (rows', columns', filters)}. Weights:
 * {@code kernel (height, width, channels, filters)}, {@code bias (filters)}.
 */
public record Conv2D(
    int filters,
    Window height,
    Window width,
    ActivationFunction activation,
    boolean useBias,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer {

  private static final int KERNEL = 0;
  private static final int BIAS = 1;

  private static final int PATCHES = 0;
  private static final int GRADIENT = 1;
  private static final int PATCHES_GRADIENT = 2;

  public Conv2D {
    Inputs.checkPositive("filters", filters);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.one(inputs, 3, "(rows, columns, channels)");
    return Shape.of(
        height.outputExtent(input.extent(0)), width.outputExtent(input.extent(1)), filters);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape kernel = Shape.of(height.size(), width.size(), Inputs.one(inputs).last(), filters);
    return Weight.kernelAndBias(kernel, kernelInitializer, useBias, biasInitializer);
  }

  @Override
  public void forward(Pass pass) {
    BiasActivation end = end();
    Patches patches = patches(pass);
    Tensor image = pass.input();
    Tensor kernel = pass.weight(KERNEL);
    Tensor product = end.product(pass);
    int positions = patches.count();
    for (int row = 0; row < pass.rows(); row++) {
      Tensor unfolded = unfold(pass, patches, image, row);
      Maths.multiply(
          positions,
          filters,
          patches.size(),
          unfolded.data(),
          unfolded.offset(),
          false,
          kernel.data(),
          kernel.offset(),
          false,
          0,
          product.data(),
          product.offset() + row * positions * filters);
    }
    end.forward(pass);
  }

  @Override
  public void backward(Pass pass) {
    Patches patches = patches(pass);
    Tensor gradient = end().backward(pass, GRADIENT);
    Tensor kernel = pass.weight(KERNEL);
    Tensor kernelGradient = pass.weightGradient(KERNEL);
    int positions = patches.count();
    for (int row = 0; row < pass.rows(); row++) {
      int from = gradient.offset() + row * positions * filters;
      Tensor unfolded = unfold(pass, patches, pass.input(), row);
      Maths.multiply(
          patches.size(),
          filters,
          positions,
          unfolded.data(),
          unfolded.offset(),
          true,
          gradient.data(),
          from,
          false,
          1,
          kernelGradient.data(),
          kernelGradient.offset());
      if (pass.wantsInputGradient(0)) {
        Tensor target = pass.scratch(PATCHES_GRADIENT, Shape.of(positions, patches.size()));
        Maths.multiply(
            positions,
            patches.size(),
            filters,
            gradient.data(),
            from,
            false,
            kernel.data(),
            kernel.offset(),
            true,
            0,
            target.data(),
            target.offset());
        fold(patches, target, pass.inputGradient(), row);
      }
    }
  }

  /** The patches of one row's image: the image itself where that already has their layout. */
  private static Tensor unfold(Pass pass, Patches patches, Tensor images, int row) {
    Shape shape = Shape.of(patches.count(), patches.size());
    int from = images.offset() + row * patches.imageSize();
    if (patches.areImage()) {
      return new Tensor(images.data(), from, shape);
    }
    Tensor unfolded = pass.scratch(PATCHES, shape);
    patches.unfold(images.data(), from, unfolded.data(), unfolded.offset());
    return unfolded;
  }

  private static void fold(Patches patches, Tensor from, Tensor images, int row) {
    int to = images.offset() + row * patches.imageSize();
    Arrays.fill(images.data(), to, to + patches.imageSize(), 0);
    patches.fold(from.data(), from.offset(), images.data(), to);
  }

  private Patches patches(Pass pass) {
    Shape batch = pass.input().shape();
    return new Patches(height, width, batch.extent(1), batch.extent(2), batch.extent(3));
  }

  private BiasActivation end() {
    return new BiasActivation(activation, useBias ? BIAS : BiasActivation.NONE);
  }
}
