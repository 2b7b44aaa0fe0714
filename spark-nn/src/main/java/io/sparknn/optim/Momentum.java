package io.sparknn.optim;

import io.sparknn.tensor.Maths;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum (Polyak 1964): {@code v = momentum * v + g; w = w -
 * stepSize * v}. Momentum 0 is plain gradient descent.
 */
public final class Momentum implements Optimizer {

  private final float momentum;
  private float[] velocity = {};
  private float step;

  /** An optimiser; momentum is in [0, 1). */
  public Momentum(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum must be in [0, 1); received " + momentum);
    }
    this.momentum = (float) momentum;
  }

  @Override
  public void begin(int[] ends, double stepSize, double loss) {
    int size = ends[ends.length - 1];
    if (velocity.length != size) {
      velocity = new float[size];
    }
    step = (float) stepSize;
  }

  @Override
  public void update(float[] weights, int from, int to, float[] gradient, int offset, float scale) {
    Maths.momentumStep(step, momentum, false, scale, gradient, offset, velocity, weights, from, to);
  }

  @Override
  public OptimizerState state() {
    return new OptimizerState(Map.of(), Map.of("velocity", velocity.clone()));
  }

  @Override
  public void restore(OptimizerState state) {
    velocity = state.arrays().get("velocity").clone();
  }
}
