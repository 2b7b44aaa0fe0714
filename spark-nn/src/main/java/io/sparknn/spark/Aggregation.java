package io.sparknn.spark;

import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSum;

/** Has all partitions compute their gradients at some weights, and adds them up. */
interface Aggregation extends AutoCloseable {

  /**
   * The sum of what all partitions' replicas hand in, the same to the bit whichever aggregation
   * computes it. It is only valid until the next call.
   *
   * @throws ReplicasLostException if another attempt, by whatever aggregation, may succeed
   */
  GradientSum compute(Assignment work) throws ReplicasLostException;

  @Override
  void close();

  /** Replicas died, hang or were taken away before an iteration was done. */
  final class ReplicasLostException extends Exception {
    private static final long serialVersionUID = 1L;

    ReplicasLostException(String message) {
      super(message);
    }
  }
}
