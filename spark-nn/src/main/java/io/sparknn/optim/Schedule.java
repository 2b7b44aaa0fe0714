package io.sparknn.optim;

import java.util.Locale;

/**
 * How the step size changes in the course of training: what it is multiplied by, at a time that is
 * counted in epochs and their fractions. A schedule has a text, as in {@code cosine} or {@code
 * step(30, 0.1)}, which {@link #parse} reads and {@link #toString} writes.
 *
 * <table>
 *   <caption>Schedules at time t of T epochs; the last arguments may be left out</caption>
 *   <tr><td>{@code constant}
 *       <td>1
 *   <tr><td>{@code step(epochs, factor)}
 *       <td>{@code factor^floor(t / epochs)} (10, 0.1)
 *   <tr><td>{@code exponential(factor)}
 *       <td>{@code factor^t} (0.95)
 *   <tr><td>{@code cosine(epochs, restartFactor, min)}
 *       <td>{@code min + (1 - min) (1 + cos(pi t / epochs)) / 2}, then again from 1, each time
 *       {@code restartFactor} times as long (0 for all T epochs, 1, 0; SGDR, Loshchilov and Hutter,
 *       ICLR 2017)
 *   <tr><td>{@code polynomial(power, end)}
 *       <td>{@code end + (1 - end) (1 - t / T)^power} (1, 0)
 *   <tr><td>{@code one_cycle(warmShare, startFactor, endFactor)}
 *       <td>from {@code startFactor} up to 1 at {@code warmShare T}, then down to {@code endFactor},
 *       both along a cosine (0.3, 0.04, 0.000004; Smith and Topin, "Super-Convergence", 2019)
 *   <tr><td>{@code reduce_on_plateau(factor, patience, minDelta)}
 *       <td>multiplied by {@code factor} whenever the loss of more than {@code patience} epochs in
 *       succession is not below the least by more than {@code minDelta} (0.1, 10, 0.0001), or, where
 *       the least is below 1, by more than {@code minDelta} times the least
 * </table>
 *
 * <p>Names and defaults are PyTorch's, where it has them. Most schedules are immutable; that of a
 * plateau is not thread-safe.
 */
public interface Schedule {

  /**
   * What the step size is multiplied by.
   *
   * @param epoch the time since the start, in epochs
   * @param totalEpochs that training takes
   */
  double factor(double epoch, double totalEpochs);

  /** Whether the factors depend on how many epochs training takes in all. */
  default boolean dependsOnEnd() {
    return false;
  }

  /**
   * Takes notice of how an epoch ended: of what is to become small, such as the loss of the
   * validation rows.
   */
  default void onEpoch(double cost) {}

  /** What the next factors depend on besides the time, for a checkpoint. */
  default double[] state() {
    return new double[0];
  }

  /**
   * Continues from a state.
   *
   * @throws IllegalArgumentException if it is of another schedule
   */
  default void restore(double[] state) {
    if (state.length != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "schedule %s has no state; received one of %d numbers: continue with the same schedule",
              this,
              state.length));
    }
  }

  /**
   * This after a linear rise from a thousandth. The schedule's own time begins when that is over.
   *
   * @param epochs that the rise takes, at least 0
   */
  default Schedule withWarmup(double epochs) {
    return epochs == 0 ? this : new Warmup(this, epochs);
  }

  /**
   * Reads a text, such as {@code cosine} or {@code step(30, 0.1)}.
   *
   * @throws IllegalArgumentException if it is none of {@link #choices}
   */
  static Schedule parse(String text) {
    return ScheduleKind.parse(text);
  }

  /** What {@link #parse} reads, in words. */
  static String choices() {
    return ScheduleKind.choices();
  }
}
