package io.sparknn.training;

import io.sparknn.graph.AllReduce;
import io.sparknn.tensor.ExactSums;

/**
 * The sums over all replicas that one pass over a batch asks for, in turn: first those that are
 * known, then from whoever can wait for the others' parts. Where nobody can, the pass ends, and is
 * made again once one more sum is known: it comes to the same point, since nothing in it is left to
 * chance.
 */
final class Rounds implements AllReduce {

  private final double[][] known;
  private final AllReduce live;
  private int next;

  /**
   * The sums of a pass.
   *
   * @param known the first ones
   * @param live waits for the others' parts; null if the pass must end instead
   */
  Rounds(double[][] known, AllReduce live) {
    this.known = known;
    this.live = live;
  }

  /** A pass ends, since it needs a sum that is not known yet. */
  static final class PendingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final transient ExactSums own;

    PendingException(ExactSums own) {
      super("a sum over all replicas is not known yet", null, false, false);
      this.own = own;
    }
  }

  @Override
  public double[] addUp(ExactSums own) {
    if (next < known.length) {
      return known[next++];
    }
    if (live == null) {
      throw new PendingException(own);
    }
    return live.addUp(own);
  }
}
