package io.sparknn.training;

import java.util.ArrayList;
import java.util.List;

/**
 * Remembers the figures of every epoch, and of every iteration as long as these are not too many:
 * then of every second one, later of every fourth, and so on.
 */
public final class History implements TrainingListener {

  /** So many iterations are kept at most. */
  static final int MOST = 20_000;

  private final List<Progress> iterations = new ArrayList<>();
  private final List<Progress> epochs = new ArrayList<>();
  private int stride = 1;
  private int skipped;

  @Override
  public void onIteration(Progress iteration, Progress epochSoFar) {
    skipped++;
    if (skipped < stride) {
      return;
    }
    skipped = 0;
    iterations.add(iteration);
    if (iterations.size() == MOST) {
      stride *= 2;
      for (int i = 0; i < MOST / 2; i++) {
        iterations.set(i, iterations.get(2 * i + 1));
      }
      iterations.subList(MOST / 2, MOST).clear();
    }
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
