package io.sparknn.optim;

/** How weights follow their gradient. Keeps its state between steps; not thread-safe. */
public interface Optimizer {

  /**
   * Changes the first {@code size} weights by one step.
   *
   * @param gradient of the mean loss
   * @param stepSize the learning rate
   */
  void step(float[] weights, float[] gradient, int size, double stepSize);
}
