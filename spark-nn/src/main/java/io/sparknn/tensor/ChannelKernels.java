package io.sparknn.tensor;

/**
 * Loops over matrices of {@code rows} positions by {@code columns} channels, for biases and
 * normalisation by channel. Arguments are not checked. Where {@code y} is a parameter of a gradient
 * and is not null, the gradient is 0 where y is 0 or less: a rectifier follows.
 */
interface ChannelKernels {

  /** y = max(x + bias[c], least). */
  void addBias(
      float[] x,
      int xo,
      float[] bias,
      int bo,
      float least,
      float[] y,
      int yo,
      int rows,
      int columns);

  /** dx = y &lt;= 0 ? 0 : dy; sum[c] = sum[c] + the sum of dx. */
  void rectifiedGradient(
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      float[] sum,
      int so,
      int rows,
      int columns);

  /** sum[c] = sum[c] + the sum of x - center[c]; squares[c] likewise, of the squares. */
  void addDeviations(
      float[] x,
      int xo,
      float[] center,
      int co,
      float[] sum,
      int so,
      float[] squares,
      int qo,
      int rows,
      int columns);

  /** y = max(x * scale[c] + shift[c], least). */
  void affine(
      float[] x,
      int xo,
      float[] scale,
      int so,
      float[] shift,
      int ho,
      float least,
      float[] y,
      int yo,
      int rows,
      int columns);

  /** sum[c] = sum[c] + the sum of dy; products[c] likewise, of dy * (x - center[c]). */
  void addGradients(
      float[] x,
      int xo,
      float[] center,
      int co,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] sum,
      int so,
      float[] products,
      int po,
      int rows,
      int columns);

  /** dx = scale[c] * dy + slope[c] * (x - center[c]) + shift[c]. */
  void gradient(
      float[] x,
      int xo,
      float[] center,
      int co,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] scale,
      int ao,
      float[] slope,
      int bo,
      float[] shift,
      int ho,
      float[] dx,
      int dxo,
      int rows,
      int columns);
}
