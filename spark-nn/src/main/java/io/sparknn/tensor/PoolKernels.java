package io.sparknn.tensor;

/** Pooling over {@link Pool} windows, channel by channel, unchecked. */
interface PoolKernels {

  /** y = the greatest element of each window, winner = its tap; NaN is greatest, the first wins. */
  void max(Pool pool, float[] x, int xo, float[] y, int yo, float[] winner, int wo);

  /** dx = dy at the winner of each window, 0 elsewhere; in shared places the sum, from dx on. */
  void maxGradient(Pool pool, float[] winner, int wo, float[] dy, int dyo, float[] dx, int dxo);

  /** y = the mean of each window. */
  void mean(Pool pool, float[] x, int xo, float[] y, int yo);

  /** dx = each window's dy over the number of its places; in shared places the sum, from dx on. */
  void meanGradient(Pool pool, float[] dy, int dyo, float[] dx, int dxo);
}
