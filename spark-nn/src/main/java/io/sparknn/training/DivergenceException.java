package io.sparknn.training;

import java.util.Locale;

/** The loss, that of validation, or the norm of its gradient, became infinite or not a number. */
public final class DivergenceException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int iteration;

  DivergenceException(
      String what, double value, int epoch, int iteration, double stepSize, String diagnosis) {
    super(
        String.format(
            Locale.ROOT,
            "%s became %s in iteration %d of epoch %d%s: lower stepSize (it is %s), clip the gradient (globalClipNorm), or scale the features and labels",
            what,
            value,
            iteration + 1,
            epoch + 1,
            diagnosis.isEmpty() ? "" : " (" + diagnosis + ")",
            stepSize));
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
