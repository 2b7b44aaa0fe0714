package io.sparknn.training;

import io.sparknn.optim.Clipping;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.Schedule;
import java.util.function.Supplier;

/**
 * How a batch's gradient moves the weights.
 *
 * @param optimizer makes a new one
 * @param stepSize the learning rate, before the schedule
 * @param schedule makes a new one
 * @param clipping the limits of the gradient
 * @param averagingDecay of the moving average of the weights, which then are what is validated and
 *     kept; 0 for none
 */
public record StepRule(
    Supplier<Optimizer> optimizer,
    double stepSize,
    Supplier<Schedule> schedule,
    Clipping clipping,
    double averagingDecay) {

  /** A constant step size, and no limits. */
  public StepRule(Supplier<Optimizer> optimizer, double stepSize) {
    this(optimizer, stepSize, () -> Schedule.parse("constant"), Clipping.NONE, 0);
  }
}
