package io.sparknn.layer;

/** A layer that may be the mean over the steps that count, and nothing else. */
public interface MeanOverSteps extends Layer {

  /** Whether it is. */
  boolean isMeanOverSteps();
}
