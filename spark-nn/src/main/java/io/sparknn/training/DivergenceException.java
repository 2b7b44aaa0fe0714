package io.sparknn.training;

/** The loss became infinite or not a number. */
public final class DivergenceException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int iteration;

  DivergenceException(double loss, int epoch, int iteration, double stepSize) {
    super(
        "the loss became %s in iteration %d of epoch %d: lower stepSize (it is %s) or scale the features and labels"
            .formatted(loss, iteration + 1, epoch + 1, stepSize));
    this.epoch = epoch;
    this.iteration = iteration;
  }

  /** The epoch, counted from 0. */
  public int epoch() {
    return epoch;
  }

  /** The iteration within the epoch, counted from 0. */
  public int iteration() {
    return iteration;
  }
}
