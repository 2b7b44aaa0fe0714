package io.sparknn.optim;

/**
 * A linear rise before a schedule.
 *
 * @param epochs that the rise takes
 */
record Warmup(Schedule schedule, double epochs) implements Schedule {

  /** The first factor; 0 would make the first step in vain. */
  private static final double START = 0.001;

  Warmup {
    if (!(epochs > 0 && Double.isFinite(epochs))) {
      throw new IllegalArgumentException("warmupEpochs must be at least 0; received " + epochs);
    }
  }

  @Override
  public double factor(double epoch, double totalEpochs) {
    double rest = Math.max(0, totalEpochs - epochs);
    return epoch < epochs
        ? (START + (1 - START) * epoch / epochs) * schedule.factor(0, rest)
        : schedule.factor(epoch - epochs, rest);
  }

  @Override
  public boolean dependsOnEnd() {
    return schedule.dependsOnEnd();
  }

  @Override
  public void onEpoch(double cost) {
    schedule.onEpoch(cost);
  }

  @Override
  public double[] state() {
    return schedule.state();
  }

  @Override
  public void restore(double[] state) {
    schedule.restore(state);
  }

  @Override
  public String toString() {
    return "%s after %s epochs of warm-up".formatted(schedule, epochs);
  }
}
