package io.sparknn.tensor;

/** Plain loops. */
final class PlainWinogradKernels implements WinogradKernels {
  private static final float A = Winograd.NEAR;
  private static final float A2 = A * A;
  private static final float A3 = A2 * A;
  private static final float B = Winograd.FAR;
  private static final float B2 = B * B;
  private static final float B3 = B2 * B;

  @Override
  public void toPoints(
      int count,
      int n,
      float[] x,
      int xo,
      int xStep,
      int xItem,
      float[] y,
      int yo,
      int yStep,
      int yItem) {
    for (int t = 0; t < count; t++) {
      for (int i = 0; i < n; i++) {
        int from = xo + t * xItem + i;
        int to = yo + t * yItem + i;
        float x1 = x[from + xStep];
        float x2 = x[from + 2 * xStep];
        float x3 = x[from + 3 * xStep];
        float x4 = x[from + 4 * xStep];
        float even = x4 - B2 * x2;
        float odd = A * (x3 - B2 * x1);
        y[to] = A2 * B2 * x[from] - (A2 + B2) * x2 + x4;
        y[to + yStep] = even + odd;
        y[to + 2 * yStep] = even - odd;
        even = x4 - A2 * x2;
        odd = B * (x3 - A2 * x1);
        y[to + 3 * yStep] = even + odd;
        y[to + 4 * yStep] = even - odd;
        y[to + 5 * yStep] = A2 * B2 * x1 - (A2 + B2) * x3 + x[from + 5 * xStep];
      }
    }
  }

  @Override
  public void fromPoints(
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
      int yItem) {
    for (int t = 0; t < count; t++) {
      for (int i = 0; i < n; i++) {
        int from = xo + t * xItem + i;
        int to = yo + t * yItem + i;
        float x1 = x[from + xStep];
        float x2 = x[from + 2 * xStep];
        float x3 = x[from + 3 * xStep];
        float x4 = x[from + 4 * xStep];
        float last = x[from + 5 * xStep];
        float near = x1 + x2;
        float far = x3 + x4;
        float nearOdd = x1 - x2;
        float farOdd = x3 - x4;
        y[to] = x[from] + near + far;
        if (results == 2) {
          y[to + yStep] = A * nearOdd + B * farOdd + last;
        } else {
          y[to + yStep] = A * nearOdd + B * farOdd;
          y[to + 2 * yStep] = A2 * near + B2 * far;
          y[to + 3 * yStep] = A3 * nearOdd + B3 * farOdd + last;
        }
      }
    }
  }

  @Override
  public void spread(
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
      int yItem) {
    for (int t = 0; t < count; t++) {
      for (int i = 0; i < n; i++) {
        int from = xo + t * xItem + i;
        int to = yo + t * yItem + i;
        float x0 = x[from];
        float x1 = x[from + xStep];
        float x2 = results == 2 ? 0 : x[from + 2 * xStep];
        float x3 = results == 2 ? 0 : x[from + 3 * xStep];
        float even = x0 + A2 * x2;
        float odd = A * x1 + A3 * x3;
        y[to] = x0;
        y[to + yStep] = even + odd;
        y[to + 2 * yStep] = even - odd;
        even = x0 + B2 * x2;
        odd = B * x1 + B3 * x3;
        y[to + 3 * yStep] = even + odd;
        y[to + 4 * yStep] = even - odd;
        y[to + 5 * yStep] = results == 2 ? x1 : x3;
      }
    }
  }

  @Override
  public void gather(
      int count,
      int n,
      float[] x,
      int xo,
      int xStep,
      int xItem,
      float[] y,
      int yo,
      int yStep,
      int yItem) {
    for (int t = 0; t < count; t++) {
      for (int i = 0; i < n; i++) {
        int from = xo + t * xItem + i;
        int to = yo + t * yItem + i;
        float first = x[from];
        float x1 = x[from + xStep];
        float x2 = x[from + 2 * xStep];
        float x3 = x[from + 3 * xStep];
        float x4 = x[from + 4 * xStep];
        float last = x[from + 5 * xStep];
        float near = x1 + x2;
        float far = x3 + x4;
        float nearOdd = x1 - x2;
        float farOdd = x3 - x4;
        y[to] += A2 * B2 * first;
        y[to + yStep] += A2 * B2 * last - A * B2 * nearOdd - A2 * B * farOdd;
        y[to + 2 * yStep] -= (A2 + B2) * first + B2 * near + A2 * far;
        y[to + 3 * yStep] += A * nearOdd + B * farOdd - (A2 + B2) * last;
        y[to + 4 * yStep] += first + near + far;
        y[to + 5 * yStep] += last;
      }
    }
  }
}
