package io.sparknn.tensor;

/**
 * Kernels of normalisation by row, each in as few passes over memory as it can be. Matrices are
 * {@code rows} by {@code columns}; nothing is checked, as in {@link Kernels}.
 */
interface NormKernels {

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
