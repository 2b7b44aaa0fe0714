package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * On the Vector API: a vector of channels at a time, with what belongs to a channel in registers,
 * over as many rows as stay in the first-level cache. Other numbers of channels are left to {@link
 * PlainChannelKernels}.
 */
final class VectorChannelKernels implements ChannelKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final PlainChannelKernels PLAIN = new PlainChannelKernels();

  /** The elements of each array that are worked on at a time. */
  private static final int BLOCK = 2048;

  private static boolean isWhole(int columns) {
    return columns % LANES == 0;
  }

  private static int block(int columns) {
    return Math.max(1, BLOCK / columns);
  }

  @Override
  public void addBias(
      float[] x,
      int xo,
      float[] bias,
      int bo,
      float least,
      float[] y,
      int yo,
      int rows,
      int columns) {
    if (!isWhole(columns)) {
      PLAIN.addBias(x, xo, bias, bo, least, y, yo, rows, columns);
      return;
    }
    int block = block(columns);
    for (int r = 0; r < rows; r += block) {
      int from = r * columns;
      int end = Math.min(rows, r + block) * columns;
      for (int c = 0; c < columns; c += LANES) {
        FloatVector b = FloatVector.fromArray(SPECIES, bias, bo + c);
        addVectorBias(b, least, x, xo, y, yo, from + c, end, columns);
      }
    }
  }

  private static void addVectorBias(
      FloatVector bias,
      float least,
      float[] x,
      int xo,
      float[] y,
      int yo,
      int from,
      int end,
      int columns) {
    for (int i = from; i < end; i += columns) {
      FloatVector.fromArray(SPECIES, x, xo + i).add(bias).max(least).intoArray(y, yo + i);
    }
  }

  @Override
  public void rectifiedGradient(
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      float[] sum,
      int so,
      int rows,
      int columns) {
    if (!isWhole(columns)) {
      PLAIN.rectifiedGradient(y, yo, dy, dyo, dx, dxo, sum, so, rows, columns);
      return;
    }
    int block = block(columns);
    for (int r = 0; r < rows; r += block) {
      int from = r * columns;
      int end = Math.min(rows, r + block) * columns;
      for (int c = 0; c < columns; c += LANES) {
        rectifiedVectorGradient(y, yo, dy, dyo, dx, dxo, sum, so + c, from + c, end, columns);
      }
    }
  }

  private static void rectifiedVectorGradient(
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      float[] sum,
      int so,
      int from,
      int end,
      int columns) {
    FloatVector total = FloatVector.zero(SPECIES);
    for (int i = from; i < end; i += columns) {
      FloatVector d = rectified(y, yo + i, dy, dyo + i);
      d.intoArray(dx, dxo + i);
      total = total.add(d);
    }
    add(total, sum, so);
  }

  @Override
  public void addDeviations(
      float[] x,
      int xo,
      float[] center,
      int co,
      float[] sum,
      int so,
      float[] squares,
      int qo,
      int rows,
      int columns) {
    if (!isWhole(columns)) {
      PLAIN.addDeviations(x, xo, center, co, sum, so, squares, qo, rows, columns);
      return;
    }
    int block = block(columns);
    for (int r = 0; r < rows; r += block) {
      int from = xo + r * columns;
      int end = xo + Math.min(rows, r + block) * columns;
      for (int c = 0; c < columns; c += LANES) {
        addVectorDeviations(
            x, from + c, end, columns, center, co + c, sum, so + c, squares, qo + c);
      }
    }
  }

  /** One vector of channels of the rows that start before {@code end}. */
  private static void addVectorDeviations(
      float[] x,
      int from,
      int end,
      int columns,
      float[] center,
      int co,
      float[] sum,
      int so,
      float[] squares,
      int qo) {
    FloatVector middle = FloatVector.fromArray(SPECIES, center, co);
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector q1 = FloatVector.zero(SPECIES);
    int i = from;
    for (; i < end - columns; i += 2 * columns) {
      FloatVector d0 = FloatVector.fromArray(SPECIES, x, i).sub(middle);
      FloatVector d1 = FloatVector.fromArray(SPECIES, x, i + columns).sub(middle);
      s0 = s0.add(d0);
      s1 = s1.add(d1);
      q0 = d0.fma(d0, q0);
      q1 = d1.fma(d1, q1);
    }
    if (i < end) {
      FloatVector d = FloatVector.fromArray(SPECIES, x, i).sub(middle);
      s0 = s0.add(d);
      q0 = d.fma(d, q0);
    }
    add(s0.add(s1), sum, so);
    add(q0.add(q1), squares, qo);
  }

  private static void add(FloatVector sum, float[] to, int offset) {
    FloatVector.fromArray(SPECIES, to, offset).add(sum).intoArray(to, offset);
  }

  @Override
  public void affine(
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
      int columns) {
    if (!isWhole(columns)) {
      PLAIN.affine(x, xo, scale, so, shift, ho, least, y, yo, rows, columns);
      return;
    }
    int block = block(columns);
    for (int r = 0; r < rows; r += block) {
      int from = r * columns;
      int end = Math.min(rows, r + block) * columns;
      for (int c = 0; c < columns; c += LANES) {
        FloatVector s = FloatVector.fromArray(SPECIES, scale, so + c);
        FloatVector h = FloatVector.fromArray(SPECIES, shift, ho + c);
        affineVector(s, h, least, x, xo, y, yo, from + c, end, columns);
      }
    }
  }

  private static void affineVector(
      FloatVector scale,
      FloatVector shift,
      float least,
      float[] x,
      int xo,
      float[] y,
      int yo,
      int from,
      int end,
      int columns) {
    for (int i = from; i < end; i += columns) {
      FloatVector.fromArray(SPECIES, x, xo + i).fma(scale, shift).max(least).intoArray(y, yo + i);
    }
  }

  @Override
  public void addGradients(
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
      int columns) {
    if (!isWhole(columns)) {
      PLAIN.addGradients(x, xo, center, co, y, yo, dy, dyo, sum, so, products, po, rows, columns);
      return;
    }
    int block = block(columns);
    for (int r = 0; r < rows; r += block) {
      int from = r * columns;
      int end = Math.min(rows, r + block) * columns;
      for (int c = 0; c < columns; c += LANES) {
        FloatVector middle = FloatVector.fromArray(SPECIES, center, co + c);
        if (y == null) {
          addVectorGradients(
              middle, x, xo, dy, dyo, from + c, end, columns, sum, so + c, products, po + c);
        } else {
          addRectifiedGradients(
              middle, x, xo, y, yo, dy, dyo, from + c, end, columns, sum, so + c, products, po + c);
        }
      }
    }
  }

  private static void addVectorGradients(
      FloatVector middle,
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      int from,
      int end,
      int columns,
      float[] sum,
      int so,
      float[] products,
      int po) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector p0 = FloatVector.zero(SPECIES);
    for (int i = from; i < end; i += columns) {
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      s0 = s0.add(d);
      p0 = d.fma(FloatVector.fromArray(SPECIES, x, xo + i).sub(middle), p0);
    }
    add(s0, sum, so);
    add(p0, products, po);
  }

  private static void addRectifiedGradients(
      FloatVector middle,
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      int from,
      int end,
      int columns,
      float[] sum,
      int so,
      float[] products,
      int po) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector p0 = FloatVector.zero(SPECIES);
    for (int i = from; i < end; i += columns) {
      FloatVector d = rectified(y, yo + i, dy, dyo + i);
      s0 = s0.add(d);
      p0 = d.fma(FloatVector.fromArray(SPECIES, x, xo + i).sub(middle), p0);
    }
    add(s0, sum, so);
    add(p0, products, po);
  }

  /** dy where y is positive or NaN, by bits: masks cost more. */
  private static FloatVector rectified(float[] y, int yo, float[] dy, int dyo) {
    IntVector bits = FloatVector.fromArray(SPECIES, y, yo).reinterpretAsInts();
    IntVector zeros = bits.sub(1).or(bits).lanewise(VectorOperators.ASHR, 31);
    IntVector gradient = FloatVector.fromArray(SPECIES, dy, dyo).reinterpretAsInts();
    return gradient.lanewise(VectorOperators.AND_NOT, zeros).reinterpretAsFloats();
  }

  @Override
  public void gradient(
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
      int columns) {
    if (!isWhole(columns)) {
      PLAIN.gradient(
          x, xo, center, co, y, yo, dy, dyo, scale, ao, slope, bo, shift, ho, dx, dxo, rows,
          columns);
      return;
    }
    int block = block(columns);
    for (int r = 0; r < rows; r += block) {
      int from = r * columns;
      int end = Math.min(rows, r + block) * columns;
      for (int c = 0; c < columns; c += LANES) {
        FloatVector middle = FloatVector.fromArray(SPECIES, center, co + c);
        FloatVector a = FloatVector.fromArray(SPECIES, scale, ao + c);
        FloatVector b = FloatVector.fromArray(SPECIES, slope, bo + c);
        FloatVector h = FloatVector.fromArray(SPECIES, shift, ho + c);
        if (y == null) {
          vectorGradient(middle, a, b, h, x, xo, dy, dyo, dx, dxo, from + c, end, columns);
        } else {
          rectifiedGradient(
              middle, a, b, h, x, xo, y, yo, dy, dyo, dx, dxo, from + c, end, columns);
        }
      }
    }
  }

  private static void vectorGradient(
      FloatVector middle,
      FloatVector scale,
      FloatVector slope,
      FloatVector shift,
      float[] x,
      int xo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int from,
      int end,
      int columns) {
    for (int i = from; i < end; i += columns) {
      FloatVector rest = slope.fma(FloatVector.fromArray(SPECIES, x, xo + i).sub(middle), shift);
      scale.fma(FloatVector.fromArray(SPECIES, dy, dyo + i), rest).intoArray(dx, dxo + i);
    }
  }

  private static void rectifiedGradient(
      FloatVector middle,
      FloatVector scale,
      FloatVector slope,
      FloatVector shift,
      float[] x,
      int xo,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int from,
      int end,
      int columns) {
    for (int i = from; i < end; i += columns) {
      FloatVector rest = slope.fma(FloatVector.fromArray(SPECIES, x, xo + i).sub(middle), shift);
      scale.fma(rectified(y, yo + i, dy, dyo + i), rest).intoArray(dx, dxo + i);
    }
  }
}
