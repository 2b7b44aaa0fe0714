package io.sparknn.layer.norm;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The end that normalisations share: {@code y = gamma * normalized + beta}, channel by channel.
 *
 * @param center whether there is a beta, the weight behind gamma
 * @param scale whether there is a gamma, the first weight
 */
record Affine(boolean center, boolean scale) {

  private static final int GAMMA = 0;

  /** Scratch slots, from here on. */
  static final int SLOTS = 2;

  private static final int ONES = 0;
  private static final int ZEROS = 1;

  private int beta() {
    return scale ? 1 : 0;
  }

  /** The number of weights. */
  int size() {
    return beta() + (center ? 1 : 0);
  }

  /** The weights of these inputs' channels, in a list that may grow. */
  List<Weight> weights(List<Shape> inputs) {
    Shape channels = Shape.of(Inputs.features(inputs));
    List<Weight> weights = new ArrayList<>();
    if (scale) {
      weights.add(Weight.vector("gamma", channels, Initializer.ONES));
    }
    if (center) {
      weights.add(Weight.vector("beta", channels, Initializer.ZEROS));
    }
    return weights;
  }

  Tensor gamma(Pass pass) {
    return scale ? pass.weight(GAMMA) : constant(pass, ONES, 1);
  }

  Tensor beta(Pass pass) {
    return center ? pass.weight(beta()) : constant(pass, ZEROS, 0);
  }

  /** Where to add the gradient of gamma; it is lost if there is none. */
  Tensor gammaGradient(Pass pass) {
    return scale ? pass.weightGradient(GAMMA) : constant(pass, ZEROS, 0);
  }

  /** Where to add the gradient of beta; it is lost if there is none. */
  Tensor betaGradient(Pass pass) {
    return center ? pass.weightGradient(beta()) : constant(pass, ZEROS, 0);
  }

  private static Tensor constant(Pass pass, int slot, float value) {
    Tensor vector = pass.scratch(slot, Shape.of(pass.input().columns()));
    Maths.fill(vector, value);
    return vector;
  }

  /** Computes the output. */
  void forward(Pass pass, Tensor normalized) {
    Maths.affineRows(normalized, gamma(pass), beta(pass), pass.output());
  }

  /**
   * Adds the gradients of gamma and beta, and returns that of the normalised input.
   *
   * @param slot the scratch slot for it
   */
  Tensor backward(Pass pass, Tensor normalized, int slot) {
    Tensor gradient = pass.outputGradient();
    if (center) {
      Maths.sumRows(gradient, pass.weightGradient(beta()));
    }
    if (!scale) {
      return gradient;
    }
    Maths.dotRows(gradient, normalized, pass.weightGradient(GAMMA));
    Tensor result = pass.scratch(slot, gradient.shape());
    Maths.affineRows(gradient, gamma(pass), constant(pass, ZEROS, 0), result);
    return result;
  }

  /** Adds sums over all positions to the gradients of gamma and beta. */
  void addGradients(Pass pass, Tensor sumOfProducts, Tensor sum) {
    if (scale) {
      Maths.addScaled(1, sumOfProducts, pass.weightGradient(GAMMA));
    }
    if (center) {
      Maths.addScaled(1, sum, pass.weightGradient(beta()));
    }
  }
}
