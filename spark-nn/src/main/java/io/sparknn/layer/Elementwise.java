package io.sparknn.layer;

import io.sparknn.activation.ActivationFunction;

/** A layer that is an activation function and nothing else. */
public interface Elementwise extends Layer {

  /** What is applied to every element. */
  ActivationFunction function();

  /** Whether a layer is the rectifier and nothing else. */
  static boolean isRectifier(Layer layer) {
    return layer instanceof Elementwise elementwise
        && elementwise.function() == ActivationFunction.RELU;
  }
}
