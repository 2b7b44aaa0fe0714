package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Normalisations by row on the Vector API. */
final class VectorNormKernels implements NormKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

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
      float center = rowSum(x, xo + o, columns) / columns;
      float squares = rowSquares(x, xo + o, center, columns);
      float factor = Maths.inverseRoot(squares / columns + epsilon);
      normalizeRow(x, xo + o, center, factor, scale, so, shift, ho, y, yo + o, columns);
      mean[mo + r] = center;
      inverse[io + r] = factor;
    }
  }

  private static float rowSum(float[] x, int xo, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, xo + i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, x, xo + i + LANES));
    }
    if (i <= n - LANES) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, xo + i));
      i += LANES;
    }
    float sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      sum += x[xo + i];
    }
    return sum;
  }

  private static float rowSquares(float[] x, int xo, float center, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      FloatVector d0 = FloatVector.fromArray(SPECIES, x, xo + i).sub(center);
      FloatVector d1 = FloatVector.fromArray(SPECIES, x, xo + i + LANES).sub(center);
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
    }
    if (i <= n - LANES) {
      FloatVector d = FloatVector.fromArray(SPECIES, x, xo + i).sub(center);
      s0 = d.fma(d, s0);
      i += LANES;
    }
    float sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
    for (; i < n; i++) {
      float d = x[xo + i] - center;
      sum = Math.fma(d, d, sum);
    }
    return sum;
  }

  private static void normalizeRow(
      float[] x,
      int xo,
      float center,
      float factor,
      float[] scale,
      int so,
      float[] shift,
      int ho,
      float[] y,
      int yo,
      int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i).sub(center).mul(factor);
      FloatVector s = FloatVector.fromArray(SPECIES, scale, so + i);
      v.fma(s, FloatVector.fromArray(SPECIES, shift, ho + i)).intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] = Math.fma((x[xo + i] - center) * factor, scale[so + i], shift[ho + i]);
    }
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
      rowGradient(
          x,
          xo + o,
          dy,
          dyo + o,
          scale,
          so,
          mean[mo + r],
          inverse[io + r],
          dscale,
          dso,
          dshift,
          dho,
          dx,
          dxo + o,
          columns);
    }
  }

  private static void rowGradient(
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] scale,
      int so,
      float center,
      float factor,
      float[] dscale,
      int dso,
      float[] dshift,
      int dho,
      float[] dx,
      int dxo,
      int n) {
    FloatVector sums = FloatVector.zero(SPECIES);
    FloatVector products = FloatVector.zero(SPECIES);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i).sub(center).mul(factor);
      FloatVector g = d.mul(FloatVector.fromArray(SPECIES, scale, so + i));
      sums = sums.add(g);
      products = g.fma(v, products);
      d.fma(v, FloatVector.fromArray(SPECIES, dscale, dso + i)).intoArray(dscale, dso + i);
      d.add(FloatVector.fromArray(SPECIES, dshift, dho + i)).intoArray(dshift, dho + i);
    }
    float sum = sums.reduceLanes(VectorOperators.ADD);
    float product = products.reduceLanes(VectorOperators.ADD);
    for (int i = bound; i < n; i++) {
      float d = dy[dyo + i];
      float v = (x[xo + i] - center) * factor;
      float g = d * scale[so + i];
      sum += g;
      product = Math.fma(g, v, product);
      dscale[dso + i] = Math.fma(d, v, dscale[dso + i]);
      dshift[dho + i] += d;
    }
    float level = sum / n;
    FloatVector minusLevel = FloatVector.broadcast(SPECIES, -level);
    FloatVector minusSlope = FloatVector.broadcast(SPECIES, -product / n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i).sub(center).mul(factor);
      FloatVector g = d.fma(FloatVector.fromArray(SPECIES, scale, so + i), minusLevel);
      minusSlope.fma(v, g).mul(factor).intoArray(dx, dxo + i);
    }
    for (int i = bound; i < n; i++) {
      float v = (x[xo + i] - center) * factor;
      float g = Math.fma(dy[dyo + i], scale[so + i], -level);
      dx[dxo + i] = factor * Math.fma(-product / n, v, g);
    }
  }
}
