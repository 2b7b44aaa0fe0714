package io.sparknn.layer.norm;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Layer normalisation over the last axis (Ba et al., 2016): {@code y = gamma * (x - mean) /
 * sqrt(variance + epsilon) + beta}, with the mean and (biased) variance of each position's
 * features.
 *
 * <p>Input and output {@code (..., features)}. Weights: {@code gamma}, if {@code scale}, and {@code
 * beta}, if {@code center}, each {@code (features)}.
 */
public record LayerNormalization(double epsilon, boolean center, boolean scale) implements Layer {

  private static final int NORMALIZED = 0;
  private static final int INVERSE_DEVIATION = 1;

  private static final int GRADIENT = Affine.SLOTS;

  public LayerNormalization {
    Inputs.checkPositive("epsilon", epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.features(inputs);
    return Inputs.one(inputs);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    return affine().weights(inputs);
  }

  @Override
  public void forward(Pass pass) {
    Tensor normalized = normalized(pass);
    Maths.normalizeRows(pass.input(), (float) epsilon, normalized, inverseDeviation(pass));
    affine().forward(pass, normalized);
  }

  @Override
  public void backward(Pass pass) {
    Tensor normalized = normalized(pass);
    Tensor gradient = affine().backward(pass, normalized, GRADIENT);
    if (pass.wantsInputGradient(0)) {
      Maths.normalizeRowsGradient(
          normalized, gradient, inverseDeviation(pass), pass.inputGradient());
    }
  }

  private Affine affine() {
    return new Affine(center, scale);
  }

  private static Tensor normalized(Pass pass) {
    return pass.saved(NORMALIZED, pass.input().shape());
  }

  private static Tensor inverseDeviation(Pass pass) {
    return pass.saved(INVERSE_DEVIATION, Shape.of(pass.input().rows()));
  }
}
