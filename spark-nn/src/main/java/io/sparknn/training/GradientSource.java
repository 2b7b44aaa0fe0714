package io.sparknn.training;

/** Where the training loop gets its gradients from. */
public interface GradientSource {

  /** The sum of what all replicas hand in. */
  GradientSum compute(Assignment work);

  /** Whether there are rows that are kept for validation. */
  default boolean validates() {
    return false;
  }

  /** Tells why the loss of an iteration is not finite; empty if that is not known. */
  default String diagnose(float[] weights, int epoch, int iteration) {
    return "";
  }
}
