package io.sparknn.layer;

import io.sparknn.activation.ActivationFunction;

/** A layer that is an activation function and nothing else. */
public interface Elementwise extends Layer {

  /** What is applied to every element. */
  ActivationFunction function();
}
