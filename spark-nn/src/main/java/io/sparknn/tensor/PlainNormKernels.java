package io.sparknn.tensor;

/** Normalisations in plain Java. */
final class PlainNormKernels implements NormKernels {
  private final PlainKernels kernels;

  PlainNormKernels(PlainKernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void normalize(
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
      int columns) {
    for (int r = 0; r < rows; r++) {
      int o = r * columns;
      float center = (float) (kernels.sum(x, xo + o, columns) / columns);
      double squares = squares(x, xo + o, center, columns);
      float factor = Maths.inverseRoot(squares / columns + epsilon);
      for (int i = 0; i < columns; i++) {
        float normalized = (x[xo + o + i] - center) * factor;
        y[yo + o + i] = Math.fma(normalized, scale[so + i], shift[ho + i]);
      }
      mean[mo + r] = center;
      inverse[io + r] = factor;
    }
  }

  private static double squares(float[] x, int xo, float center, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      float d = x[xo + i] - center;
      sum += (double) d * d;
    }
    return sum;
  }

  @Override
  public void normalizeGradient(
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
      int columns) {
    for (int r = 0; r < rows; r++) {
      int o = r * columns;
      float center = mean[mo + r];
      float factor = inverse[io + r];
      double sum = 0;
      double products = 0;
      for (int i = 0; i < columns; i++) {
        float d = dy[dyo + o + i];
        float normalized = (x[xo + o + i] - center) * factor;
        float gradient = d * scale[so + i];
        sum += gradient;
        products += (double) gradient * normalized;
        dscale[dso + i] = Math.fma(d, normalized, dscale[dso + i]);
        dshift[dho + i] += d;
      }
      float level = (float) (sum / columns);
      float slope = (float) (products / columns);
      for (int i = 0; i < columns; i++) {
        float normalized = (x[xo + o + i] - center) * factor;
        float gradient = Math.fma(dy[dyo + o + i], scale[so + i], -level);
        dx[dxo + o + i] = factor * Math.fma(-slope, normalized, gradient);
      }
    }
  }
}
