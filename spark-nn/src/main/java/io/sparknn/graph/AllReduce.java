package io.sparknn.graph;

import io.sparknn.tensor.ExactSums;

/** Adds up numbers of all replicas that compute one batch. */
@FunctionalInterface
public interface AllReduce {
  /**
   * Adds up what all replicas hand in at the same point of their passes.
   *
   * @param own taken over
   * @return {@link ExactSums#totals} of all
   */
  double[] addUp(ExactSums own);
}
