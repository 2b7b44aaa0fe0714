package io.sparknn.ml;

/** Training ended because the loss became infinite or not a number. */
public final class TrainingDivergedException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final transient NetworkModel<?> model;

  TrainingDivergedException(String message, NetworkModel<?> model, ArithmeticException cause) {
    super(message);
    this.model = model;
    initCause(cause);
  }

  /** The model of the last good weights: those before the iteration that went wrong. */
  public NetworkModel<?> lastGoodModel() {
    return model;
  }
}
