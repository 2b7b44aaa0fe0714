package io.sparknn.tensor;

/**
 * Kernels of normalisations, each in as few passes over memory as it can be. Matrices are {@code
 * rows} by {@code columns}; nothing is checked, as in {@link Kernels}.
 */
interface NormKernels {

  /** The mean and the (biased) variance of each column. */
  void moments(
      float[] x, int xo, float[] mean, int mo, float[] variance, int vo, int rows, int columns);

  /**
   * Column by column, sum = sum + the sum of dy, and product = product + the sum of dy * (x -
   * center).
   */
  void gradientSums(
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] center,
      int co,
      float[] sum,
      int so,
      float[] product,
      int po,
      int rows,
      int columns);

  /** dx = dy * factor + (x - center) * slope + shift, each of the column. */
  void gradient(
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] center,
      int co,
      float[] factor,
      int fo,
      float[] slope,
      int lo,
      float[] shift,
      int ho,
      float[] dx,
      int dxo,
      int rows,
      int columns);

  /**
   * Row by row, y = (x - mean) * inverse * scale + shift, with inverse = 1 / sqrt(variance +
   * epsilon); keeps each row's mean and inverse.
   */
  void normalize(
      float[] x,
      int xo,
      float epsilon,
      float[] scale,
      int so,
      float[] shift,
      int ho,
      float[] y,
      int yo,
      float[] mean,
      int mo,
      float[] inverse,
      int io,
      int rows,
      int columns);

  /**
   * The gradient of {@link #normalize}. With y' = (x - mean) * inverse and g = dy * scale: dscale =
   * dscale + sum of dy * y', dshift = dshift + sum of dy, over all rows; dx = inverse * (g - mean
   * of g - y' * mean of g * y'), row by row.
   */
  void normalizeGradient(
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] scale,
      int so,
      float[] mean,
      int mo,
      float[] inverse,
      int io,
      float[] dscale,
      int dso,
      float[] dshift,
      int dho,
      float[] dx,
      int dxo,
      int rows,
      int columns);
}
