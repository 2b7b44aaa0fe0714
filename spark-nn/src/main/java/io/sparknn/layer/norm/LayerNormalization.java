package io.sparknn.layer.norm;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Norms;
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

  private static final int MEAN = 0;
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
    Norms.normalize(
        pass.input(),
        (float) epsilon,
        affine().gamma(pass),
        affine().beta(pass),
        pass.output(),
        perRow(pass, MEAN),
        perRow(pass, INVERSE_DEVIATION));
  }

  @Override
  public void backward(Pass pass) {
    Tensor x = pass.input();
    Norms.normalizeGradient(
        x,
        pass.outputGradient(),
        affine().gamma(pass),
        perRow(pass, MEAN),
        perRow(pass, INVERSE_DEVIATION),
        affine().gammaGradient(pass),
        affine().betaGradient(pass),
        pass.wantsInputGradient(0) ? pass.inputGradient() : pass.scratch(GRADIENT, x.shape()));
  }

  private Affine affine() {
    return new Affine(center, scale);
  }

  /** One number for each position, kept for the backward pass. */
  private static Tensor perRow(Pass pass, int slot) {
    return pass.saved(slot, Shape.of(pass.input().rows()));
  }
}
