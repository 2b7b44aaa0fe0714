package io.sparknn.optim;

/**
 * How weights follow their gradient. Keeps its state between steps; not thread-safe. Each class
 * says its formula in these terms: {@code w} the weights, {@code g} their gradient, {@code t} the
 * number of the step (1 at first), {@code lr} the step size; products, powers and roots are taken
 * element by element, and all that is kept starts at 0.
 */
public interface Optimizer {

  /**
   * Begins a step, to be followed by {@link #update} for every weight once (of tables only the rows
   * that have a gradient), then {@link #end}.
   *
   * @param ends where each weight tensor ends in the flat array; the last is the number of
   *     trainable weights
   * @param stepSize the learning rate
   * @param loss the mean loss of the batch at these weights, penalties included
   * @throws IllegalArgumentException if the state is that of another number of weights
   */
  void begin(int[] ends, double stepSize, double loss);

  /**
   * Changes the weights {@code from .. to - 1}, now or in {@link #end}.
   *
   * @param gradient of the loss by these weights, from {@code offset} on
   * @param scale what the gradient is to be multiplied by first
   */
  void update(float[] weights, int from, int to, float[] gradient, int offset, float scale);

  /** Ends the step. */
  default void end(float[] weights) {}

  /**
   * By how much the loss is expected to fall yet, of a solver that converges and can tell; else 0.
   */
  default double expectedDecrease() {
    return 0;
  }

  /**
   * The weights to use if training ends here: these, but for a solver that tries out steps which it
   * may go back from.
   */
  default float[] settled(float[] weights) {
    return weights;
  }

  /** Whether the solver finds no step that makes the loss less, although its gradient is not 0. */
  default boolean isStuck() {
    return false;
  }

  /** A copy of everything that the next steps depend on, for a checkpoint. */
  OptimizerState state();

  /**
   * Continues from a state, to the bit.
   *
   * @throws IllegalArgumentException if it is of another optimiser or size
   */
  void restore(OptimizerState state);
}
