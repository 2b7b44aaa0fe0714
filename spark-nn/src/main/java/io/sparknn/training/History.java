package io.sparknn.training;

import java.util.ArrayList;
import java.util.List;

/** Remembers the figures of every iteration and epoch. */
public final class History implements TrainingListener {

  private final List<Progress> iterations = new ArrayList<>();
  private final List<Progress> epochs = new ArrayList<>();

  @Override
  public void onIteration(Progress iteration, Progress epochSoFar) {
    iterations.add(iteration);
  }

  @Override
  public void onEpoch(Progress epoch) {
    epochs.add(epoch);
  }

  public List<Progress> iterations() {
    return List.copyOf(iterations);
  }

  public List<Progress> epochs() {
    return List.copyOf(epochs);
  }
}
