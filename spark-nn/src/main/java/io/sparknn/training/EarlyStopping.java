package io.sparknn.training;

/**
 * Ends training once the loss (of the validation rows, if there are any) has not become less than
 * its best by more than {@code tolerance} for {@code patience} epochs, and goes back to the weights
 * of the best epoch.
 *
 * @param patience 0 never ends training early, and keeps the last weights
 */
public record EarlyStopping(int patience, double tolerance) {

  /** Never ends training early. */
  public static final EarlyStopping NEVER = new EarlyStopping(0, 0);

  public EarlyStopping {
    if (patience < 0 || !(tolerance >= 0)) {
      throw new IllegalArgumentException(
          "patience and tolerance must be at least 0; received %d and %s"
              .formatted(patience, tolerance));
    }
  }

  void onEpoch(TrainingState state, double loss) {
    if (patience == 0) {
      return;
    }
    if (loss < state.bestLoss - tolerance) {
      state.bestLoss = loss;
      state.bestEpoch = state.epoch;
      state.bestWeights = state.averaged().clone();
    } else {
      state.stopped = state.epoch - state.bestEpoch >= patience;
    }
  }
}
