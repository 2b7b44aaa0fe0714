package io.sparknn.training;

/** Where the training loop gets its gradients from. */
public interface GradientSource {

  /** The gradient sum of one iteration's batch at the given weights. */
  GradientSum gradient(float[] weights, int epoch, int iteration);

  /**
   * Loss and metric of the rows that are kept for validation, without a gradient; null if there are
   * none.
   */
  default GradientSum validate(float[] weights) {
    return null;
  }

  /** Tells why the loss of an iteration is not finite; empty if that is not known. */
  default String diagnose(float[] weights, int epoch, int iteration) {
    return "";
  }
}
