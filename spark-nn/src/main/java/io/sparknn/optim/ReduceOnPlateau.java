package io.sparknn.optim;

import java.util.List;
import java.util.Locale;

/** {@code reduce_on_plateau} of {@link Schedule}. */
final class ReduceOnPlateau implements Schedule {

  private final List<Double> arguments;
  private final double reduction;
  private final double patience;
  private final double minDelta;

  private double factor = 1;
  private double least = Double.POSITIVE_INFINITY;
  private double epochsWithoutLess;

  ReduceOnPlateau(List<Double> arguments) {
    this.arguments = arguments;
    reduction = arguments.get(0);
    patience = arguments.get(1);
    minDelta = arguments.get(2);
  }

  @Override
  public double factor(double epoch, double totalEpochs) {
    return factor;
  }

  @Override
  public void onEpoch(double cost) {
    if (cost < least - minDelta * Math.min(1, Math.abs(least))) {
      least = cost;
      epochsWithoutLess = 0;
    } else if (++epochsWithoutLess > patience) {
      factor *= reduction;
      epochsWithoutLess = 0;
    }
  }

  @Override
  public double[] state() {
    return new double[] {factor, least, epochsWithoutLess};
  }

  @Override
  public void restore(double[] state) {
    if (state.length != 3) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "schedule %s has a state of 3 numbers; received %d: continue with the same schedule",
              this,
              state.length));
    }
    factor = state[0];
    least = state[1];
    epochsWithoutLess = state[2];
  }

  @Override
  public String toString() {
    return ScheduleKind.REDUCE_ON_PLATEAU.text(arguments);
  }
}
