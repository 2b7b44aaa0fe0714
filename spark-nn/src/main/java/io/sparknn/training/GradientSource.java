package io.sparknn.training;

/** Where the training loop gets its gradients from. */
public interface GradientSource {

  /** The gradient sum of one iteration's batch at the given weights. */
  GradientSum gradient(float[] weights, int epoch, int iteration);
}
