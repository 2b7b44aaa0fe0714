package io.sparknn.optim;

import io.sparknn.tensor.Maths;

/**
 * An optimiser whose step is one plain loop over a block, which the compiler turns into vectors. It
 * does so only if all arrays have one index, and the gradient's differs from the weights': each
 * block is copied to arrays of its own, which stay in the processor's first cache, and back.
 */
abstract class BlockwiseOptimizer extends StatefulOptimizer {

  private final float[] w = new float[BLOCK];
  private final float[] g = new float[BLOCK];
  private final float[][] kept;

  /** An optimiser that keeps arrays of these names. */
  BlockwiseOptimizer(Solver solver, String... names) {
    super(solver, names);
    kept = new float[names.length][BLOCK];
  }

  @Override
  public final void update(
      float[] weights, int from, int to, float[] gradient, int offset, float scale) {
    int n;
    for (int start = from; start < to; start += n) {
      n = Math.min(BLOCK, to - start);
      Maths.scale(scale, gradient, offset + start - from, g, 0, n);
      System.arraycopy(weights, start, w, 0, n);
      for (int i = 0; i < kept.length; i++) {
        System.arraycopy(array(i), start, kept[i], 0, n);
      }
      step(w, g, kept, start, n);
      System.arraycopy(w, 0, weights, start, n);
      for (int i = 0; i < kept.length; i++) {
        System.arraycopy(kept[i], 0, array(i), start, n);
      }
    }
  }

  /**
   * Makes a step of the first n elements.
   *
   * @param w the weights
   * @param g their gradient; may be overwritten
   * @param kept what is kept, in the order of the names that the constructor got
   * @param start the place of the block's first weight
   */
  abstract void step(float[] w, float[] g, float[][] kept, int start, int n);
}
