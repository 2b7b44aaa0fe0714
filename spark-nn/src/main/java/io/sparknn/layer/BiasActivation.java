package io.sparknn.layer;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.tensor.Channels;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;

/**
 * The end that dense and convolution layers share: {@code y = activation(product + bias)}, in place
 * on the product where the activation allows.
 *
 * @param bias the index of the bias among the layer's weights, or {@link #NONE}
 */
public record BiasActivation(ActivationFunction activation, int bias) {

  /** The layer has no bias. */
  public static final int NONE = -1;

  private static final int PRODUCT = 0;

  /** Where to write the product. */
  public Tensor product(Pass pass) {
    return activation.needsInput() ? pass.saved(PRODUCT, pass.output().shape()) : pass.output();
  }

  /** The bias, if the product may start from it; null where {@link #activate} adds it. */
  public Tensor start(Pass pass) {
    return bias == NONE || activation == ActivationFunction.RELU ? null : pass.weight(bias);
  }

  /** Applies the activation to a product that started from {@link #start}. */
  public void activate(Pass pass) {
    Tensor product = product(pass);
    if (bias != NONE && activation == ActivationFunction.RELU) {
      Channels.addBias(product, pass.weight(bias), 0, product);
    } else {
      activation.apply(product, pass.output());
    }
  }

  /** Adds the bias to the product and applies the activation. */
  public void forward(Pass pass) {
    Tensor start = start(pass);
    if (start != null) {
      Tensor product = product(pass);
      Channels.addBias(product, start, Float.NEGATIVE_INFINITY, product);
    }
    activate(pass);
  }

  /** Adds the bias' gradient and returns the product's, in place of the output's. */
  public Tensor backward(Pass pass) {
    Tensor gradient = pass.outputGradient();
    boolean wantsBias = bias != NONE && pass.wantsWeightGradient(bias);
    if (wantsBias && activation == ActivationFunction.RELU) {
      Channels.rectifiedGradient(pass.output(), gradient, gradient, pass.weightGradient(bias));
      return gradient;
    }
    activation.gradient(product(pass), pass.output(), gradient, gradient);
    if (wantsBias) {
      Maths.sumRows(gradient, pass.weightGradient(bias));
    }
    return gradient;
  }
}
