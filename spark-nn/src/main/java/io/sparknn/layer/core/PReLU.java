package io.sparknn.layer.core;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Rectifier with a learned slope for each channel (He et al., ICCV 2015): {@code y = x} where x is
 * above 0, {@code y = alpha * x} elsewhere.
 *
 * <p>Input and output {@code (..., channels)}. Weight: {@code alpha (channels)}.
 */
public record PReLU(Initializer alphaInitializer) implements Layer {

  private static final int ALPHA = 0;

  private static final int NEGATIVE = 0;
  private static final int SLOPES = 1;
  private static final int ZEROS = 2;
  private static final int GRADIENT = 3;

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.features(inputs);
    return Inputs.one(inputs);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    return List.of(Weight.vector("alpha", Shape.of(Inputs.features(inputs)), alphaInitializer));
  }

  /** With {@code n = max(-x, 0)}: {@code y = max(x, 0) - alpha n}. */
  @Override
  public void forward(Pass pass) {
    Tensor negative = negative(pass);
    Maths.affineRows(negative, pass.weight(ALPHA), zeros(pass), negative);
    Maths.relu(0, pass.input(), pass.output());
    Maths.addScaled(-1, negative, pass.output());
  }

  /** {@code dalpha = -sum of dy n} and, where n is above 0, {@code dx = dy + (alpha - 1) dy}. */
  @Override
  public void backward(Pass pass) {
    Tensor dy = pass.outputGradient();
    Tensor alpha = pass.weight(ALPHA);
    Tensor negative = negative(pass);
    Tensor sums = zeros(pass);
    Maths.dotRows(dy, negative, sums);
    Maths.addScaled(-1, sums, pass.weightGradient(ALPHA));
    if (pass.wantsInputGradient(0)) {
      Tensor slopes = pass.scratch(SLOPES, alpha.shape());
      Maths.fill(slopes, -1);
      Maths.add(slopes, alpha, slopes);
      Tensor gradient = pass.scratch(GRADIENT, dy.shape());
      Maths.reluGradient(0, negative, dy, gradient);
      Maths.affineRows(gradient, slopes, zeros(pass), gradient);
      Maths.add(dy, gradient, pass.inputGradient());
    }
  }

  private static Tensor negative(Pass pass) {
    Tensor negative = pass.scratch(NEGATIVE, pass.input().shape());
    Maths.scale(-1, pass.input(), negative);
    Maths.relu(0, negative, negative);
    return negative;
  }

  private static Tensor zeros(Pass pass) {
    Tensor zeros = pass.scratch(ZEROS, Shape.of(pass.input().columns()));
    Maths.fill(zeros, 0);
    return zeros;
  }
}
