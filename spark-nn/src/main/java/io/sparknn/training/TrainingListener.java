package io.sparknn.training;

/** Is told how training goes. */
public interface TrainingListener {

  /** After each iteration, with that iteration's figures and those of the epoch so far. */
  default void onIteration(Progress iteration, Progress epochSoFar) {}

  /** After each epoch, with that epoch's figures. */
  default void onEpoch(Progress epoch) {}

  /** After each iteration, with all that the next ones depend on. */
  default void onState(TrainingState state) {}
}
