package io.sparknn.optim;

import io.sparknn.tensor.Maths;

/**
 * Stochastic gradient descent with momentum (Polyak 1964): {@code v = momentum * v + g; w = w -
 * stepSize * v}. Momentum 0 is plain gradient descent.
 */
public final class Momentum implements Optimizer {

  private final float momentum;
  private float[] velocity = {};

  /** An optimiser; momentum is in [0, 1). */
  public Momentum(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum must be in [0, 1); received " + momentum);
    }
    this.momentum = (float) momentum;
  }

  @Override
  public void step(float[] weights, float[] gradient, int size, double stepSize) {
    if (velocity.length != size) {
      velocity = new float[size];
    }
    Maths.momentumStep((float) stepSize, momentum, false, gradient, velocity, weights, 0, size);
  }
}
