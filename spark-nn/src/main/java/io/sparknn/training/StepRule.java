package io.sparknn.training;

import io.sparknn.optim.Clipping;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.Schedule;
import java.io.Serializable;
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
 * @param localSteps so many steps replicas make on their own before their weights are averaged; 1
 *     for a common step
 */
public record StepRule(
    Maker<Optimizer> optimizer,
    double stepSize,
    Maker<Schedule> schedule,
    Clipping clipping,
    double averagingDecay,
    int localSteps)
    implements Serializable {

  /** Makes new ones, in whatever process. */
  public interface Maker<T> extends Supplier<T>, Serializable {}

  /** A constant step size, and no limits. */
  public StepRule(Maker<Optimizer> optimizer, double stepSize) {
    this(optimizer, stepSize, () -> Schedule.parse("constant"), Clipping.NONE, 0, 1);
  }
}
