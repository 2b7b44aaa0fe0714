package io.sparknn.layer;

import io.sparknn.activation.ActivationFunction;

/** A layer whose output is its input's elements under another shape: nothing is computed. */
public interface View extends Layer {

  @Override
  default boolean isView() {
    return true;
  }

  @Override
  default ActivationFunction outputActivation(ActivationFunction input) {
    return input;
  }

  @Override
  default void forward(Pass pass) {
    throw new UnsupportedOperationException("a view computes nothing");
  }

  @Override
  default void backward(Pass pass) {
    throw new UnsupportedOperationException("a view computes nothing");
  }
}
