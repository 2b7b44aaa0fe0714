package io.sparknn.tensor;

/**
 * The one-dimensional maps of {@link Winograd}, unchecked, of {@code count} times {@code n} vectors
 * at a time: the elements of vector {@code i} of item {@code t} are {@code x[xo + t * xItem + i + k
 * * xStep]} and {@code y[yo + t * yItem + i + k * yStep]}. Providers agree up to rounding.
 */
interface WinogradKernels {

  /** Six points of six elements of the input: B' x. */
  void toPoints(
      int count,
      int n,
      float[] x,
      int xo,
      int xStep,
      int xItem,
      float[] y,
      int yo,
      int yStep,
      int yItem);

  /** Four or two results of six points: A' x. */
  void fromPoints(
      int results,
      int count,
      int n,
      float[] x,
      int xo,
      int xStep,
      int xItem,
      float[] y,
      int yo,
      int yStep,
      int yItem);

  /** The gradients of six points by those of four or two results: A x. */
  void spread(
      int results,
      int count,
      int n,
      float[] x,
      int xo,
      int xStep,
      int xItem,
      float[] y,
      int yo,
      int yStep,
      int yItem);

  /** Adds the gradients of six elements by those of six points: B x. */
  void gather(
      int count,
      int n,
      float[] x,
      int xo,
      int xStep,
      int xItem,
      float[] y,
      int yo,
      int yStep,
      int yItem);
}
