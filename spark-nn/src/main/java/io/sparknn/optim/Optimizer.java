package io.sparknn.optim;

/** How weights follow their gradient. Keeps its state between steps; not thread-safe. */
public interface Optimizer {

  /**
   * Begins a step, to be followed by {@link #update} for every weight once.
   *
   * @param size the number of weights
   * @param stepSize the learning rate
   */
  void begin(int size, double stepSize);

  /**
   * Changes the weights {@code from .. to - 1}.
   *
   * @param gradient of the loss by these weights, from {@code offset} on
   * @param scale what the gradient is to be multiplied by first
   */
  void update(float[] weights, int from, int to, float[] gradient, int offset, float scale);
}
