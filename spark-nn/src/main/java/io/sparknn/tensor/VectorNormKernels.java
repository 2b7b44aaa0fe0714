package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Normalisations on the Vector API. Columns are summed up in blocks of rows that fit into the first
 * level cache: within a block one vector of columns at a time stays in registers.
 */
final class VectorNormKernels implements NormKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** The elements of a block. */
  private static final int BLOCK = 4096;

  private static int blockRows(int columns) {
    return Math.max(8, BLOCK / columns);
  }

  @Override
  public void moments(
      float[] x, int xo, float[] mean, int mo, float[] variance, int vo, int rows, int columns) {
    int block = blockRows(columns);
    int bound = SPECIES.loopBound(columns);
    for (int from = 0; from < rows; from += block) {
      int n = Math.min(block, rows - from);
      int start = xo + from * columns;
      for (int i = 0; i < bound; i += LANES) {
        mergeVector(x, start + i, columns, n, from, mean, mo + i, variance, vo + i);
      }
      for (int i = bound; i < columns; i++) {
        mergeColumn(x, start + i, columns, n, from, mean, mo + i, variance, vo + i);
      }
    }
    for (int i = 0; i < columns; i++) {
      variance[vo + i] /= rows;
    }
  }

  /**
   * Takes a block of n rows into the mean and the sum of squares of {@code before} rows (Chan,
   * Golub and LeVeque, 1979).
   */
  private static void mergeVector(
      float[] x, int xo, int stride, int n, int before, float[] mean, int mo, float[] m2, int vo) {
    FloatVector center = columnSum(x, xo, stride, n).mul(1f / n);
    FloatVector squares = columnSquares(x, xo, stride, n, center);
    if (before == 0) {
      center.intoArray(mean, mo);
      squares.intoArray(m2, vo);
      return;
    }
    FloatVector old = FloatVector.fromArray(SPECIES, mean, mo);
    FloatVector delta = center.sub(old);
    float share = (float) n / (before + n);
    old.add(delta.mul(share)).intoArray(mean, mo);
    FloatVector between = delta.mul(delta).mul(share * before);
    FloatVector.fromArray(SPECIES, m2, vo).add(squares.add(between)).intoArray(m2, vo);
  }

  private static FloatVector columnSum(float[] x, int xo, int stride, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    int o = xo;
    int r = 0;
    for (; r < n - 3; r += 4) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, o));
      s1 = s1.add(FloatVector.fromArray(SPECIES, x, o + stride));
      s2 = s2.add(FloatVector.fromArray(SPECIES, x, o + 2 * stride));
      s3 = s3.add(FloatVector.fromArray(SPECIES, x, o + 3 * stride));
      o += 4 * stride;
    }
    for (; r < n; r++) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, o));
      o += stride;
    }
    return s0.add(s1).add(s2.add(s3));
  }

  private static FloatVector columnSquares(
      float[] x, int xo, int stride, int n, FloatVector center) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    int o = xo;
    int r = 0;
    for (; r < n - 3; r += 4) {
      FloatVector d0 = FloatVector.fromArray(SPECIES, x, o).sub(center);
      FloatVector d1 = FloatVector.fromArray(SPECIES, x, o + stride).sub(center);
      FloatVector d2 = FloatVector.fromArray(SPECIES, x, o + 2 * stride).sub(center);
      FloatVector d3 = FloatVector.fromArray(SPECIES, x, o + 3 * stride).sub(center);
      s0 = d0.fma(d0, s0);
      s1 = d1.fma(d1, s1);
      s2 = d2.fma(d2, s2);
      s3 = d3.fma(d3, s3);
      o += 4 * stride;
    }
    for (; r < n; r++) {
      FloatVector d = FloatVector.fromArray(SPECIES, x, o).sub(center);
      s0 = d.fma(d, s0);
      o += stride;
    }
    return s0.add(s1).add(s2.add(s3));
  }

  private static void mergeColumn(
      float[] x, int xo, int stride, int n, int before, float[] mean, int mo, float[] m2, int vo) {
    double sum = 0;
    for (int r = 0; r < n; r++) {
      sum += x[xo + r * stride];
    }
    double center = sum / n;
    double squares = 0;
    for (int r = 0; r < n; r++) {
      double d = x[xo + r * stride] - center;
      squares += d * d;
    }
    double old = before == 0 ? center : mean[mo];
    double delta = center - old;
    double share = (double) n / (before + n);
    mean[mo] = (float) (old + delta * share);
    m2[vo] = (float) ((before == 0 ? 0 : m2[vo]) + squares + delta * delta * share * before);
  }

  @Override
  public void gradientSums(
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
      int columns) {
    int block = blockRows(2 * columns);
    int bound = SPECIES.loopBound(columns);
    for (int from = 0; from < rows; from += block) {
      int n = Math.min(block, rows - from);
      int xs = xo + from * columns;
      int ds = dyo + from * columns;
      for (int i = 0; i < bound; i += LANES) {
        addSums(x, xs + i, dy, ds + i, columns, n, center, co + i, sum, so + i, product, po + i);
      }
      for (int i = bound; i < columns; i++) {
        addColumnSums(
            x, xs + i, dy, ds + i, columns, n, center[co + i], sum, so + i, product, po + i);
      }
    }
  }

  private static void addSums(
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      int stride,
      int n,
      float[] center,
      int co,
      float[] sum,
      int so,
      float[] product,
      int po) {
    FloatVector middle = FloatVector.fromArray(SPECIES, center, co);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector p0 = FloatVector.zero(SPECIES);
    FloatVector p1 = FloatVector.zero(SPECIES);
    int o = 0;
    int r = 0;
    for (; r < n - 1; r += 2) {
      FloatVector d0 = FloatVector.fromArray(SPECIES, dy, dyo + o);
      FloatVector d1 = FloatVector.fromArray(SPECIES, dy, dyo + o + stride);
      s0 = s0.add(d0);
      s1 = s1.add(d1);
      p0 = d0.fma(FloatVector.fromArray(SPECIES, x, xo + o).sub(middle), p0);
      p1 = d1.fma(FloatVector.fromArray(SPECIES, x, xo + o + stride).sub(middle), p1);
      o += 2 * stride;
    }
    if (r < n) {
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + o);
      s0 = s0.add(d);
      p0 = d.fma(FloatVector.fromArray(SPECIES, x, xo + o).sub(middle), p0);
    }
    s0.add(s1).add(FloatVector.fromArray(SPECIES, sum, so)).intoArray(sum, so);
    p0.add(p1).add(FloatVector.fromArray(SPECIES, product, po)).intoArray(product, po);
  }

  private static void addColumnSums(
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      int stride,
      int n,
      float center,
      float[] sum,
      int so,
      float[] product,
      int po) {
    double s = 0;
    double p = 0;
    for (int r = 0; r < n; r++) {
      double d = dy[dyo + r * stride];
      s += d;
      p += d * (x[xo + r * stride] - center);
    }
    sum[so] += (float) s;
    product[po] += (float) p;
  }

  @Override
  public void gradient(
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
      int columns) {
    int bound = SPECIES.loopBound(columns);
    int block = blockRows(2 * columns);
    for (int from = 0; from < rows; from += block) {
      int n = Math.min(block, rows - from);
      int o = from * columns;
      for (int i = 0; i < bound; i += LANES) {
        FloatVector middle = FloatVector.fromArray(SPECIES, center, co + i);
        FloatVector a = FloatVector.fromArray(SPECIES, factor, fo + i);
        FloatVector b = FloatVector.fromArray(SPECIES, slope, lo + i);
        FloatVector c = FloatVector.fromArray(SPECIES, shift, ho + i);
        for (int at = o + i; at < o + n * columns; at += columns) {
          FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + at).fma(a, c);
          FloatVector deviation = FloatVector.fromArray(SPECIES, x, xo + at).sub(middle);
          deviation.fma(b, d).intoArray(dx, dxo + at);
        }
      }
      for (int i = bound; i < columns; i++) {
        for (int at = o + i; at < o + n * columns; at += columns) {
          float d = Math.fma(dy[dyo + at], factor[fo + i], shift[ho + i]);
          dx[dxo + at] = Math.fma(x[xo + at] - center[co + i], slope[lo + i], d);
        }
      }
    }
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
      float center = rowSum(x, xo + o, columns) / columns;
      float squares = rowSquares(x, xo + o, center, columns);
      float factor = (float) (1 / Math.sqrt(squares / columns + epsilon));
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
