package io.sparknn.training;

import java.util.Locale;

/**
 * Ends training once the loss (of the validation rows, if there are any), or what else is watched,
 * has not become better than its best by more than {@code tolerance} for {@code patience} epochs,
 * and goes back to the weights of the best epoch.
 *
 * @param patience 0 never ends training early, and keeps the last weights
 * @param tolerance in the unit of what is watched
 * @param monitor what is watched
 */
public record EarlyStopping(int patience, double tolerance, Monitor monitor) {

  /** Never ends training early. */
  public static final EarlyStopping NEVER = new EarlyStopping(0, 0);

  /** By the loss. */
  public EarlyStopping(int patience, double tolerance) {
    this(patience, tolerance, Monitor.LOSS);
  }

  public EarlyStopping {
    if (patience < 0 || !(tolerance >= 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "patience and tolerance must be at least 0; received %d and %s",
              patience,
              tolerance));
    }
  }

  void onEpoch(TrainingState state, Progress epoch) {
    if (patience == 0) {
      return;
    }
    double cost = monitor.cost(epoch);
    if (cost < state.bestCost - tolerance) {
      state.bestCost = cost;
      state.bestEpoch = state.epoch;
      state.bestWeights = state.averaged().clone();
    } else {
      state.stopped = state.epoch - state.bestEpoch >= patience;
    }
  }
}
