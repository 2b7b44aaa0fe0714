package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Kernels on the Vector API. What does not fill a vector is left to {@link PlainKernels}: on Java
 * 17 a masked load costs more than the scalar loop. Only {@link KernelProvider} names this class,
 * so that a virtual machine without the Vector API never loads it.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final float INDEX_BASE = 1 << 23;

  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final PlainKernels TAIL = new PlainKernels();

  /** 0, 1, 2 and so on. */
  private static final IntVector COUNTERS = IntVector.zero(INTS).addIndex(1);

  private static final FloatVector ONE = FloatVector.broadcast(SPECIES, 1f);
  private static final FloatVector HALF = FloatVector.broadcast(SPECIES, 0.5f);
  private static final FloatVector LN2 = FloatVector.broadcast(SPECIES, Scalar.LN2);
  private static final FloatVector ROUNDER = FloatVector.broadcast(SPECIES, Scalar.ROUNDER);
  private static final FloatVector LOG2_E = FloatVector.broadcast(SPECIES, Scalar.LOG2_E);
  private static final FloatVector MINUS_LN2_HIGH =
      FloatVector.broadcast(SPECIES, -Scalar.LN2_HIGH);
  private static final FloatVector MINUS_LN2_LOW = FloatVector.broadcast(SPECIES, -Scalar.LN2_LOW);
  private static final FloatVector E0 = FloatVector.broadcast(SPECIES, Scalar.E0);
  private static final FloatVector E1 = FloatVector.broadcast(SPECIES, Scalar.E1);
  private static final FloatVector E2 = FloatVector.broadcast(SPECIES, Scalar.E2);
  private static final FloatVector E3 = FloatVector.broadcast(SPECIES, Scalar.E3);
  private static final FloatVector E4 = FloatVector.broadcast(SPECIES, Scalar.E4);
  private static final FloatVector E5 = FloatVector.broadcast(SPECIES, Scalar.E5);
  private static final FloatVector L0 = FloatVector.broadcast(SPECIES, Scalar.L0);
  private static final FloatVector L1 = FloatVector.broadcast(SPECIES, Scalar.L1);
  private static final FloatVector L2 = FloatVector.broadcast(SPECIES, Scalar.L2);
  private static final FloatVector L3 = FloatVector.broadcast(SPECIES, Scalar.L3);
  private static final FloatVector L4 = FloatVector.broadcast(SPECIES, Scalar.L4);
  private static final FloatVector L5 = FloatVector.broadcast(SPECIES, Scalar.L5);
  private static final FloatVector TAIL_SCALE = FloatVector.broadcast(SPECIES, Scalar.TAIL);
  private static final FloatVector T0 = FloatVector.broadcast(SPECIES, Scalar.T0);
  private static final FloatVector T1 = FloatVector.broadcast(SPECIES, Scalar.T1);
  private static final FloatVector T2 = FloatVector.broadcast(SPECIES, Scalar.T2);
  private static final FloatVector T3 = FloatVector.broadcast(SPECIES, Scalar.T3);
  private static final FloatVector T4 = FloatVector.broadcast(SPECIES, Scalar.T4);
  private static final FloatVector T5 = FloatVector.broadcast(SPECIES, Scalar.T5);
  private static final FloatVector T6 = FloatVector.broadcast(SPECIES, Scalar.T6);
  private static final FloatVector T7 = FloatVector.broadcast(SPECIES, Scalar.T7);
  private static final FloatVector T8 = FloatVector.broadcast(SPECIES, Scalar.T8);
  private static final FloatVector S0 = FloatVector.broadcast(SPECIES, Scalar.S0);
  private static final FloatVector S1 = FloatVector.broadcast(SPECIES, Scalar.S1);
  private static final FloatVector S2 = FloatVector.broadcast(SPECIES, Scalar.S2);
  private static final FloatVector S3 = FloatVector.broadcast(SPECIES, Scalar.S3);
  private static final FloatVector S4 = FloatVector.broadcast(SPECIES, Scalar.S4);

  /** Tiles of products need the registers of vectors of 512 bits. */
  private final ProductKernels products =
      SPECIES.vectorBitSize() == 512 ? new VectorProductKernels() : TAIL.products();

  private final CellKernels cells = new VectorCellKernels();
  private final PatchKernels patches = new VectorPatchKernels();
  private final WinogradKernels winograd = new VectorWinogradKernels();
  private final PoolKernels pools = new VectorPoolKernels();
  private final ChannelKernels channels = new VectorChannelKernels();
  private final NormKernels norms = new VectorNormKernels();

  VectorKernels() {
    if (SPECIES.vectorBitSize() < 128) {
      throw new UnsupportedOperationException(
          "the processor's vectors have only " + SPECIES.vectorBitSize() + " bits");
    }
  }

  @Override
  public String name() {
    return "Vector API " + SPECIES.vectorBitSize() + " bit";
  }

  @Override
  public ChannelKernels channels() {
    return channels;
  }

  @Override
  public ProductKernels products() {
    return products;
  }

  @Override
  public CellKernels cells() {
    return cells;
  }

  @Override
  public PatchKernels patches() {
    return patches;
  }

  @Override
  public WinogradKernels winograd() {
    return winograd;
  }

  @Override
  public PoolKernels pools() {
    return pools;
  }

  @Override
  public int vectorBits() {
    return SPECIES.vectorBitSize();
  }

  @Override
  public NormKernels norms() {
    return norms;
  }

  // Arithmetic

  @Override
  public void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      v.add(FloatVector.fromArray(SPECIES, b, bo + i)).intoArray(y, yo + i);
    }
    TAIL.add(a, ao + bound, b, bo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void subtract(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      v.sub(FloatVector.fromArray(SPECIES, b, bo + i)).intoArray(y, yo + i);
    }
    TAIL.subtract(a, ao + bound, b, bo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void maximum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      v.max(FloatVector.fromArray(SPECIES, b, bo + i)).intoArray(y, yo + i);
    }
    TAIL.maximum(a, ao + bound, b, bo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void minimum(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      v.min(FloatVector.fromArray(SPECIES, b, bo + i)).intoArray(y, yo + i);
    }
    TAIL.minimum(a, ao + bound, b, bo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void maskGreater(
      float[] a, int ao, float[] b, int bo, float[] dy, int dyo, float[] da, int dao, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      VectorMask<Float> less =
          v.compare(VectorOperators.LT, FloatVector.fromArray(SPECIES, b, bo + i));
      d.blend(0f, less).intoArray(da, dao + i);
    }
    TAIL.maskGreater(a, ao + bound, b, bo + bound, dy, dyo + bound, da, dao + bound, n - bound);
  }

  @Override
  public void maskLess(
      float[] a, int ao, float[] b, int bo, float[] dy, int dyo, float[] da, int dao, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      VectorMask<Float> less =
          v.compare(VectorOperators.LT, FloatVector.fromArray(SPECIES, b, bo + i));
      FloatVector.zero(SPECIES).blend(d, less).intoArray(da, dao + i);
    }
    TAIL.maskLess(a, ao + bound, b, bo + bound, dy, dyo + bound, da, dao + bound, n - bound);
  }

  @Override
  public void shift(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.add(alpha).intoArray(y, yo + i);
    }
    TAIL.shift(alpha, x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void multiply(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      v.mul(FloatVector.fromArray(SPECIES, b, bo + i)).intoArray(y, yo + i);
    }
    TAIL.multiply(a, ao + bound, b, bo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void scale(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.mul(alpha).intoArray(y, yo + i);
    }
    TAIL.scale(alpha, x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void addScaled(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      factor.fma(v, FloatVector.fromArray(SPECIES, y, yo + i)).intoArray(y, yo + i);
    }
    TAIL.addScaled(alpha, x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public double sum(float[] x, int xo, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += PlainKernels.SUM_BLOCK) {
      sum += sumBlock(x, xo + from, Math.min(PlainKernels.SUM_BLOCK, n - from));
    }
    return sum;
  }

  private static double sumBlock(float[] x, int xo, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 4 * LANES; i += 4 * LANES) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, xo + i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, x, xo + i + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, x, xo + i + 2 * LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, x, xo + i + 3 * LANES));
    }
    for (; i <= n - LANES; i += LANES) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, xo + i));
    }
    double sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    return sum + TAIL.sum(x, xo + i, n - i);
  }

  @Override
  public double dot(float[] a, int ao, float[] b, int bo, int n) {
    double sum = 0;
    for (int from = 0; from < n; from += PlainKernels.SUM_BLOCK) {
      sum += dotBlock(a, ao + from, b, bo + from, Math.min(PlainKernels.SUM_BLOCK, n - from));
    }
    return sum;
  }

  private static double dotBlock(float[] a, int ao, float[] b, int bo, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    int i = 0;
    for (; i <= n - 2 * LANES; i += 2 * LANES) {
      FloatVector v0 = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector v1 = FloatVector.fromArray(SPECIES, a, ao + i + LANES);
      s0 = v0.fma(FloatVector.fromArray(SPECIES, b, bo + i), s0);
      s1 = v1.fma(FloatVector.fromArray(SPECIES, b, bo + i + LANES), s1);
    }
    for (; i <= n - LANES; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      s0 = v.fma(FloatVector.fromArray(SPECIES, b, bo + i), s0);
    }
    double sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
    return sum + TAIL.dot(a, ao + i, b, bo + i, n - i);
  }

  @Override
  public float max(float[] x, int xo, int n) {
    int bound = SPECIES.loopBound(n);
    if (bound == 0) {
      return TAIL.max(x, xo, n);
    }
    FloatVector m = FloatVector.fromArray(SPECIES, x, xo);
    for (int i = LANES; i < bound; i += LANES) {
      m = m.max(FloatVector.fromArray(SPECIES, x, xo + i));
    }
    float max = m.reduceLanes(VectorOperators.MAX);
    return bound == n ? max : Math.max(max, TAIL.max(x, xo + bound, n - bound));
  }

  // Matrices by row and by column

  @Override
  public void affine(
      float[] x, int xo, float[] scale, int so, float[] shift, int ho, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector s = FloatVector.fromArray(SPECIES, scale, so + i);
      v.fma(s, FloatVector.fromArray(SPECIES, shift, ho + i)).intoArray(y, yo + i);
    }
    TAIL.affine(x, xo + bound, scale, so + bound, shift, ho + bound, y, yo + bound, n - bound);
  }

  @Override
  public void sumRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    int r = 0;
    for (; r < rows - 3; r += 4) {
      addFourRows(x, xo + r * columns, y, yo, columns);
    }
    for (; r < rows; r++) {
      add(x, xo + r * columns, y, yo, y, yo, columns);
    }
  }

  private static void addFourRows(float[] x, int r0, float[] y, int yo, int n) {
    int r1 = r0 + n;
    int r2 = r1 + n;
    int r3 = r2 + n;
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v0 = FloatVector.fromArray(SPECIES, x, r0 + i);
      FloatVector v2 = FloatVector.fromArray(SPECIES, x, r2 + i);
      FloatVector v01 = v0.add(FloatVector.fromArray(SPECIES, x, r1 + i));
      FloatVector v23 = v2.add(FloatVector.fromArray(SPECIES, x, r3 + i));
      FloatVector.fromArray(SPECIES, y, yo + i).add(v01.add(v23)).intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] += (x[r0 + i] + x[r1 + i]) + (x[r2 + i] + x[r3 + i]);
    }
  }

  @Override
  public void sumOfRows(
      float alpha,
      float[] x,
      int xo,
      int[] rows,
      int from,
      int to,
      float[] y,
      int yo,
      int columns) {
    int c = 0;
    for (; c <= columns - 8 * LANES; c += 8 * LANES) {
      sumOfRowsInEight(alpha, x, xo + c, rows, from, to, y, yo + c, columns);
    }
    for (; c <= columns - 4 * LANES; c += 4 * LANES) {
      sumOfRowsInFour(alpha, x, xo + c, rows, from, to, y, yo + c, columns);
    }
    for (; c <= columns - LANES; c += LANES) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = from; i < to; i++) {
        sum = sum.add(FloatVector.fromArray(SPECIES, x, xo + c + rows[i] * columns));
      }
      sum.mul(alpha).intoArray(y, yo + c);
    }
    for (; c < columns; c++) {
      float sum = 0;
      for (int i = from; i < to; i++) {
        sum += x[xo + c + rows[i] * columns];
      }
      y[yo + c] = alpha * sum;
    }
  }

  /** In the sum with 2^23, a whole number below that stands in the last bits. */
  @Override
  public boolean indices(float[] x, int xo, int[] rows, int n, int end) {
    if (end > INDEX_BASE) {
      return TAIL.indices(x, xo, rows, n, end);
    }
    int bits = Float.floatToRawIntBits(INDEX_BASE);
    IntVector wrong = IntVector.zero(INTS);
    IntVector rests = IntVector.zero(INTS);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector number = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector based = number.add(INDEX_BASE);
      rests = rests.or(based.sub(INDEX_BASE).sub(number).reinterpretAsInts());
      IntVector index = based.reinterpretAsInts().sub(bits);
      wrong = wrong.or(index).or(index.neg().add(end - 1));
      index.intoArray(rows, i);
    }
    boolean areWhole = rests.reduceLanes(VectorOperators.OR) == 0;
    boolean areInside = wrong.reduceLanes(VectorOperators.OR) >= 0;
    for (int i = bound; i < n; i++) {
      int row = (int) x[xo + i];
      rows[i] = row;
      areInside &= row == x[xo + i] && row >= 0 && row < end;
    }
    return areWhole && areInside;
  }

  private static void sumOfRowsInEight(
      float alpha,
      float[] x,
      int xo,
      int[] rows,
      int from,
      int to,
      float[] y,
      int yo,
      int columns) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    FloatVector s4 = FloatVector.zero(SPECIES);
    FloatVector s5 = FloatVector.zero(SPECIES);
    FloatVector s6 = FloatVector.zero(SPECIES);
    FloatVector s7 = FloatVector.zero(SPECIES);
    for (int i = from; i < to; i++) {
      int row = xo + rows[i] * columns;
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, row));
      s1 = s1.add(FloatVector.fromArray(SPECIES, x, row + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, x, row + 2 * LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, x, row + 3 * LANES));
      s4 = s4.add(FloatVector.fromArray(SPECIES, x, row + 4 * LANES));
      s5 = s5.add(FloatVector.fromArray(SPECIES, x, row + 5 * LANES));
      s6 = s6.add(FloatVector.fromArray(SPECIES, x, row + 6 * LANES));
      s7 = s7.add(FloatVector.fromArray(SPECIES, x, row + 7 * LANES));
    }
    s0.mul(alpha).intoArray(y, yo);
    s1.mul(alpha).intoArray(y, yo + LANES);
    s2.mul(alpha).intoArray(y, yo + 2 * LANES);
    s3.mul(alpha).intoArray(y, yo + 3 * LANES);
    s4.mul(alpha).intoArray(y, yo + 4 * LANES);
    s5.mul(alpha).intoArray(y, yo + 5 * LANES);
    s6.mul(alpha).intoArray(y, yo + 6 * LANES);
    s7.mul(alpha).intoArray(y, yo + 7 * LANES);
  }

  private static void sumOfRowsInFour(
      float alpha,
      float[] x,
      int xo,
      int[] rows,
      int from,
      int to,
      float[] y,
      int yo,
      int columns) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = FloatVector.zero(SPECIES);
    FloatVector s2 = FloatVector.zero(SPECIES);
    FloatVector s3 = FloatVector.zero(SPECIES);
    for (int i = from; i < to; i++) {
      int row = xo + rows[i] * columns;
      s0 = s0.add(FloatVector.fromArray(SPECIES, x, row));
      s1 = s1.add(FloatVector.fromArray(SPECIES, x, row + LANES));
      s2 = s2.add(FloatVector.fromArray(SPECIES, x, row + 2 * LANES));
      s3 = s3.add(FloatVector.fromArray(SPECIES, x, row + 3 * LANES));
    }
    s0.mul(alpha).intoArray(y, yo);
    s1.mul(alpha).intoArray(y, yo + LANES);
    s2.mul(alpha).intoArray(y, yo + 2 * LANES);
    s3.mul(alpha).intoArray(y, yo + 3 * LANES);
  }

  @Override
  public void addProducts(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, a, ao + i);
      FloatVector sum = FloatVector.fromArray(SPECIES, y, yo + i);
      v.fma(FloatVector.fromArray(SPECIES, b, bo + i), sum).intoArray(y, yo + i);
    }
    TAIL.addProducts(a, ao + bound, b, bo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void softmax(float[] x, int xo, float[] y, int yo, int n) {
    float max = maxOfNumbers(x, xo, n);
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector e = expUpToMax(FloatVector.fromArray(SPECIES, x, xo + i).sub(max));
      e.intoArray(y, yo + i);
      sums = sums.add(e);
    }
    float sum = bound == 0 ? 0f : sums.reduceLanes(VectorOperators.ADD);
    for (int i = bound; i < n; i++) {
      float e = Scalar.exp(x[xo + i] - max);
      y[yo + i] = e;
      sum += e;
    }
    scale(1f / sum, y, yo, y, yo, n);
  }

  /** The greatest element, or any if one is NaN: faster than {@link #max}. */
  private static float maxOfNumbers(float[] x, int xo, int n) {
    int bound = SPECIES.loopBound(n);
    float max = x[xo];
    if (bound > 0) {
      FloatVector m = FloatVector.fromArray(SPECIES, x, xo);
      for (int i = LANES; i < bound; i += LANES) {
        FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
        m = m.blend(v, v.compare(VectorOperators.GT, m));
      }
      IntVector ordered = m.reinterpretAsInts();
      IntVector flip = ordered.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE);
      int bits = ordered.lanewise(VectorOperators.XOR, flip).reduceLanes(VectorOperators.MAX);
      max = Float.intBitsToFloat(bits ^ (bits >> 31 & Integer.MAX_VALUE));
    }
    for (int i = bound; i < n; i++) {
      max = x[xo + i] > max ? x[xo + i] : max;
    }
    return max;
  }

  @Override
  public void multiplyCentered(
      float[] y, int yo, float[] dy, int dyo, float mean, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i).sub(mean);
      FloatVector.fromArray(SPECIES, y, yo + i).mul(d).intoArray(dx, dxo + i);
    }
    TAIL.multiplyCentered(y, yo + bound, dy, dyo + bound, mean, dx, dxo + bound, n - bound);
  }

  @Override
  public double sumExp(float[] x, int xo, int n) {
    FloatVector sums = FloatVector.zero(SPECIES);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      sums = sums.add(exp(FloatVector.fromArray(SPECIES, x, xo + i)));
    }
    return sums.reduceLanes(VectorOperators.ADD) + TAIL.sumExp(x, xo + bound, n - bound);
  }

  @Override
  public void subtractExp(
      float sum, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    FloatVector minusSum = FloatVector.broadcast(SPECIES, -sum);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector e = exp(FloatVector.fromArray(SPECIES, y, yo + i));
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      minusSum.fma(e, d).intoArray(dx, dxo + i);
    }
    TAIL.subtractExp(sum, y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void normalizedGradient(
      float factor,
      float mean,
      float slope,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int n) {
    FloatVector minusSlope = FloatVector.broadcast(SPECIES, -slope);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      minusSlope.fma(v, d.sub(mean)).mul(factor).intoArray(dx, dxo + i);
    }
    TAIL.normalizedGradient(
        factor, mean, slope, y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  // Functions of one element

  @Override
  public void exp(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      exp(v).intoArray(y, yo + i);
    }
    TAIL.exp(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void relu(float slope, float[] x, int xo, float[] y, int yo, int n) {
    // Not one loop: 0 times infinity is NaN.
    if (slope == 0f) {
      rectify(x, xo, y, yo, n);
    } else {
      rectifyLeaky(slope, x, xo, y, yo, n);
    }
  }

  private static void rectify(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector.fromArray(SPECIES, x, xo + i).max(0f).intoArray(y, yo + i);
    }
    TAIL.relu(0f, x, xo + bound, y, yo + bound, n - bound);
  }

  private static void rectifyLeaky(float slope, float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.max(v.mul(slope)).intoArray(y, yo + i);
    }
    TAIL.relu(slope, x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void reluGradient(
      float slope, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      VectorMask<Float> positive = v.compare(VectorOperators.GT, 0f);
      d.mul(slope).blend(d, positive).intoArray(dx, dxo + i);
    }
    TAIL.reluGradient(slope, y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void ramp(
      float slope, float shift, float top, float[] x, int xo, float[] y, int yo, int n) {
    FloatVector factor = FloatVector.broadcast(SPECIES, slope);
    FloatVector start = FloatVector.broadcast(SPECIES, shift);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.fma(factor, start).max(0f).min(top).intoArray(y, yo + i);
    }
    TAIL.ramp(slope, shift, top, x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void rampGradient(
      float slope, float top, float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    FloatVector high = FloatVector.broadcast(SPECIES, top);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i).mul(slope);
      VectorMask<Float> inside = v.mul(high.sub(v)).compare(VectorOperators.GT, 0f);
      FloatVector.zero(SPECIES).blend(d, inside).intoArray(dx, dxo + i);
    }
    TAIL.rampGradient(slope, top, y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void elu(float slope, float alpha, float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      VectorMask<Float> positive = v.compare(VectorOperators.GT, 0f);
      FloatVector negative = expm1(atLeast(Scalar.EXPM1_MIN, v)).mul(alpha);
      negative.blend(v.mul(slope), positive).intoArray(y, yo + i);
    }
    TAIL.elu(slope, alpha, x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void eluGradient(
      float slope,
      float alpha,
      float[] y,
      int yo,
      float[] dy,
      int dyo,
      float[] dx,
      int dxo,
      int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      VectorMask<Float> positive = v.compare(VectorOperators.GT, 0f);
      d.mul(v.add(alpha)).blend(d.mul(slope), positive).intoArray(dx, dxo + i);
    }
    TAIL.eluGradient(slope, alpha, y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      sigmoid(v).intoArray(y, yo + i);
    }
    TAIL.sigmoid(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void sigmoidGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      d.mul(v).mul(ONE.sub(v)).intoArray(dx, dxo + i);
    }
    TAIL.sigmoidGradient(y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void tanh(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector e = expm1(atMost(Scalar.TANH_MAX, v.abs()).mul(2f));
      withSign(e.div(e.add(2f)), v).intoArray(y, yo + i);
    }
    TAIL.tanh(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void tanhGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      d.mul(v.neg().fma(v, ONE)).intoArray(dx, dxo + i);
    }
    TAIL.tanhGradient(y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void softplus(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      v.max(0f).add(log1p(exp(v.abs().neg()))).intoArray(y, yo + i);
    }
    TAIL.softplus(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void softplusGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, y, yo + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      d.mul(expm1(atLeast(Scalar.EXPM1_MIN, v.neg())).neg()).intoArray(dx, dxo + i);
    }
    TAIL.softplusGradient(y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void silu(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      atLeast(Scalar.SILU_MIN, v).mul(sigmoid(v)).intoArray(y, yo + i);
    }
    TAIL.silu(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void siluGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      FloatVector bounded = atLeast(Scalar.SILU_MIN, atMost(-Scalar.SILU_MIN, v));
      FloatVector s = sigmoid(bounded);
      d.mul(s.mul(bounded.fma(ONE.sub(s), ONE))).intoArray(dx, dxo + i);
    }
    TAIL.siluGradient(x, xo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void mish(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector e = exp(atMost(Scalar.MISH_MAX, v));
      FloatVector t = e.mul(e.add(2f));
      atLeast(Scalar.SILU_MIN, v).mul(t.div(t.add(2f))).intoArray(y, yo + i);
    }
    TAIL.mish(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void mishGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector bounded = atLeast(Scalar.SILU_MIN, atMost(Scalar.MISH_MAX, v));
      FloatVector e = exp(bounded);
      FloatVector t = e.mul(e.add(2f));
      FloatVector inverse = ONE.div(t.add(2f));
      FloatVector slope = bounded.mul(4f).mul(e.mul(e.add(1f))).fma(inverse, t).mul(inverse);
      FloatVector.fromArray(SPECIES, dy, dyo + i).mul(slope).intoArray(dx, dxo + i);
    }
    TAIL.mishGradient(x, xo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void gelu(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector bounded = atMost(Scalar.GELU_BOUND, v.abs());
      FloatVector upper = tail(bounded).mul(gauss(bounded));
      bounded.neg().fma(upper, v.max(0f)).intoArray(y, yo + i);
    }
    TAIL.gelu(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void geluGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector bounded = atLeast(-Scalar.GELU_BOUND, atMost(Scalar.GELU_BOUND, v));
      FloatVector g = gauss(bounded);
      FloatVector upper = tail(bounded.abs()).mul(g);
      VectorMask<Float> positive = v.compare(VectorOperators.GT, 0f);
      FloatVector probability = upper.blend(ONE.sub(upper), positive);
      FloatVector slope = bounded.mul(Scalar.DENSITY).fma(g, probability);
      FloatVector.fromArray(SPECIES, dy, dyo + i).mul(slope).intoArray(dx, dxo + i);
    }
    TAIL.geluGradient(x, xo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void geluTanh(float[] x, int xo, float[] y, int yo, int n) {
    FloatVector linear = FloatVector.broadcast(SPECIES, Scalar.GELU_LINEAR);
    FloatVector cubic = FloatVector.broadcast(SPECIES, Scalar.GELU_CUBIC);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector s = sigmoid(v.mul(cubic.fma(v.mul(v), linear)));
      atLeast(-Scalar.GELU_BOUND, v).mul(s).intoArray(y, yo + i);
    }
    TAIL.geluTanh(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void geluTanhGradient(float[] x, int xo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    FloatVector linear = FloatVector.broadcast(SPECIES, Scalar.GELU_LINEAR);
    FloatVector cubic = FloatVector.broadcast(SPECIES, Scalar.GELU_CUBIC);
    FloatVector cubicSlope = FloatVector.broadcast(SPECIES, Scalar.GELU_CUBIC_SLOPE);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector bounded = atLeast(-Scalar.GELU_BOUND, atMost(Scalar.GELU_BOUND, v));
      FloatVector square = bounded.mul(bounded);
      FloatVector s = sigmoid(bounded.mul(cubic.fma(square, linear)));
      FloatVector slope = bounded.mul(cubicSlope.fma(square, linear));
      FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + i);
      d.mul(s.mul(slope.fma(ONE.sub(s), ONE))).intoArray(dx, dxo + i);
    }
    TAIL.geluTanhGradient(x, xo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void softsign(float[] x, int xo, float[] y, int yo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector v = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector bounded = atLeast(-Scalar.SOFTSIGN_MAX, atMost(Scalar.SOFTSIGN_MAX, v));
      bounded.div(bounded.abs().add(1f)).intoArray(y, yo + i);
    }
    TAIL.softsign(x, xo + bound, y, yo + bound, n - bound);
  }

  @Override
  public void softsignGradient(float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector r = ONE.sub(FloatVector.fromArray(SPECIES, y, yo + i).abs());
      FloatVector.fromArray(SPECIES, dy, dyo + i).mul(r.mul(r)).intoArray(dx, dxo + i);
    }
    TAIL.softsignGradient(y, yo + bound, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  /** As max and min of a bound that is not 0, in fewer instructions. */
  private static FloatVector atLeast(float bound, FloatVector x) {
    return x.blend(bound, x.compare(VectorOperators.LT, bound));
  }

  private static FloatVector atMost(float bound, FloatVector x) {
    return x.blend(bound, x.compare(VectorOperators.GT, bound));
  }

  private static FloatVector exp(FloatVector x) {
    return expUpToMax(x)
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, Scalar.EXP_MAX));
  }

  /** For x of at most EXP_MAX, where adding n to the exponent's bits multiplies by 2^n. */
  private static FloatVector expUpToMax(FloatVector x) {
    FloatVector rounded = x.fma(LOG2_E, ROUNDER);
    FloatVector n = rounded.sub(ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
    IntVector e = expm1Reduced(r).add(1f).reinterpretAsInts();
    IntVector power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return e.add(power)
        .reinterpretAsFloats()
        .blend(0f, x.compare(VectorOperators.LT, Scalar.EXP_MIN));
  }

  private static FloatVector expm1(FloatVector x) {
    FloatVector rounded = x.fma(LOG2_E, ROUNDER);
    FloatVector n = rounded.sub(ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
    FloatVector power = powerOf2(rounded.reinterpretAsInts());
    return power.fma(expm1Reduced(r), power.sub(1f));
  }

  private static FloatVector expm1Reduced(FloatVector r) {
    FloatVector square = r.mul(r);
    FloatVector p = E5.fma(r, E4).fma(square, E3.fma(r, E2)).fma(square, E1.fma(r, E0));
    return p.fma(square, r);
  }

  private static FloatVector powerOf2(IntVector exponent) {
    return exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  private static FloatVector log1p(FloatVector u) {
    FloatVector s = u.div(u.add(2f));
    FloatVector z = s.mul(s);
    FloatVector p = L5.fma(z, L4);
    p = p.fma(z, L3);
    p = p.fma(z, L2);
    p = p.fma(z, L1);
    p = p.fma(z, L0);
    return p.mul(s);
  }

  private static FloatVector sigmoid(FloatVector x) {
    return ONE.div(exp(x.neg()).add(1f));
  }

  private static FloatVector gauss(FloatVector x) {
    FloatVector square = x.mul(x);
    FloatVector error = x.fma(x, square.neg());
    FloatVector e = exp(square.mul(-0.5f));
    return error.mul(-0.5f).fma(e, e);
  }

  private static FloatVector tail(FloatVector x) {
    FloatVector t = ONE.div(TAIL_SCALE.fma(x, ONE));
    FloatVector p = T8.fma(t, T7);
    p = p.fma(t, T6);
    p = p.fma(t, T5);
    p = p.fma(t, T4);
    p = p.fma(t, T3);
    p = p.fma(t, T2);
    p = p.fma(t, T1);
    p = p.fma(t, T0);
    return p.mul(t);
  }

  private static FloatVector log(FloatVector u) {
    IntVector bits = u.reinterpretAsInts().sub(Scalar.MANTISSA_FROM);
    IntVector exponent = bits.lanewise(VectorOperators.ASHR, 23).add(Scalar.ROUNDER_BITS);
    IntVector mantissa = bits.and(Scalar.MANTISSA_MASK).add(Scalar.MANTISSA_FROM);
    return exponent
        .reinterpretAsFloats()
        .sub(ROUNDER)
        .fma(LN2, log1p(mantissa.reinterpretAsFloats().sub(1f)));
  }

  private static FloatVector sin(FloatVector t) {
    FloatVector size = t.abs();
    FloatVector f = size.min(HALF.sub(size));
    FloatVector z = f.mul(f);
    FloatVector p = S4.fma(z, S3);
    p = p.fma(z, S2);
    p = p.fma(z, S1);
    p = p.fma(z, S0);
    return withSign(p.mul(f), t);
  }

  /** A number of at least 0 with another's sign. */
  private static FloatVector withSign(FloatVector size, FloatVector sign) {
    IntVector bit = sign.reinterpretAsInts().and(Integer.MIN_VALUE);
    return size.reinterpretAsInts().or(bit).reinterpretAsFloats();
  }

  // Pooling and noise

  @Override
  public void takeGreater(
      float[] x, int xo, float index, float[] y, int yo, float[] winner, int wo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector candidate = FloatVector.fromArray(SPECIES, x, xo + i);
      FloatVector best = FloatVector.fromArray(SPECIES, y, yo + i);
      VectorMask<Float> taken =
          candidate
              .compare(VectorOperators.GT, best)
              .or(candidate.compare(VectorOperators.NE, candidate));
      best.blend(candidate, taken).intoArray(y, yo + i);
      FloatVector.fromArray(SPECIES, winner, wo + i).blend(index, taken).intoArray(winner, wo + i);
    }
    TAIL.takeGreater(x, xo + bound, index, y, yo + bound, winner, wo + bound, n - bound);
  }

  @Override
  public void addWhereWinner(
      float[] winner, int wo, float index, float[] dy, int dyo, float[] dx, int dxo, int n) {
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      FloatVector w = FloatVector.fromArray(SPECIES, winner, wo + i);
      FloatVector old = FloatVector.fromArray(SPECIES, dx, dxo + i);
      FloatVector sum = old.add(FloatVector.fromArray(SPECIES, dy, dyo + i));
      old.blend(sum, w.compare(VectorOperators.EQ, index)).intoArray(dx, dxo + i);
    }
    TAIL.addWhereWinner(winner, wo + bound, index, dy, dyo + bound, dx, dxo + bound, n - bound);
  }

  @Override
  public void dropout(float rate, int key, float[] x, int xo, float[] y, int yo, int n) {
    float scale = 1f / (1f - rate);
    int threshold = Scalar.dropoutThreshold(rate);
    IntVector state = COUNTERS.mul(Randoms.COUNTER_STEP).add(key);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      IntVector upper = mixed(state).lanewise(VectorOperators.LSHR, 8);
      VectorMask<Float> dropped = upper.compare(VectorOperators.LT, threshold).cast(SPECIES);
      FloatVector scaled = FloatVector.fromArray(SPECIES, x, xo + i).mul(scale);
      scaled.blend(0f, dropped).intoArray(y, yo + i);
      state = state.add(LANES * Randoms.COUNTER_STEP);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] = Scalar.dropout(threshold, scale, Randoms.bits(key, i), x[xo + i]);
    }
  }

  @Override
  public void normal(int key, float[] y, int yo, int n) {
    IntVector counters = IntVector.zero(INTS).addIndex(2);
    int bound = SPECIES.loopBound(n);
    for (int i = 0; i < bound; i += LANES) {
      IntVector counter = counters.add(2 * i);
      FloatVector u = from1To2(bits(key, counter)).sub(Scalar.BELOW_1);
      FloatVector t = from1To2(bits(key, counter.add(1))).sub(1.5f);
      log(u).mul(-2f).sqrt().mul(sin(t)).intoArray(y, yo + i);
    }
    for (int i = bound; i < n; i++) {
      y[yo + i] = Scalar.normal(Randoms.bits(key, 2 * i), Randoms.bits(key, 2 * i + 1));
    }
  }

  private static FloatVector from1To2(IntVector bits) {
    return bits.lanewise(VectorOperators.LSHR, 9).or(Scalar.ONE_BITS).reinterpretAsFloats();
  }

  /** {@link Randoms#bits} of one key and many counters. */
  private static IntVector bits(int key, IntVector counters) {
    return mixed(counters.mul(Randoms.COUNTER_STEP).add(key));
  }

  private static IntVector mixed(IntVector state) {
    IntVector h = state.lanewise(VectorOperators.XOR, state.lanewise(VectorOperators.LSHR, 16));
    h = h.mul(Randoms.FIRST_FACTOR);
    h = h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15));
    h = h.mul(Randoms.SECOND_FACTOR);
    return h.lanewise(VectorOperators.XOR, h.lanewise(VectorOperators.LSHR, 15));
  }

  // Optimisers

  @Override
  public void momentumStep(
      float step,
      float momentum,
      boolean nesterov,
      float scale,
      float[] g,
      int go,
      float[] v,
      float[] w,
      int from,
      int to) {
    FloatVector decay = FloatVector.broadcast(SPECIES, momentum);
    FloatVector minusStep = FloatVector.broadcast(SPECIES, -step);
    int shift = go - from;
    int bound = from + SPECIES.loopBound(to - from);
    for (int i = from; i < bound; i += LANES) {
      FloatVector gradient = FloatVector.fromArray(SPECIES, g, shift + i).mul(scale);
      FloatVector velocity = decay.fma(FloatVector.fromArray(SPECIES, v, i), gradient);
      velocity.intoArray(v, i);
      FloatVector direction = nesterov ? decay.fma(velocity, gradient) : velocity;
      minusStep.fma(direction, FloatVector.fromArray(SPECIES, w, i)).intoArray(w, i);
    }
    TAIL.momentumStep(step, momentum, nesterov, scale, g, shift + bound, v, w, bound, to);
  }

  @Override
  public void adamStep(
      float step,
      float beta1,
      float beta2,
      float epsilon,
      float scale,
      float[] g,
      int go,
      float[] m,
      float[] v,
      float[] w,
      int from,
      int to) {
    FloatVector decay1 = FloatVector.broadcast(SPECIES, beta1);
    FloatVector decay2 = FloatVector.broadcast(SPECIES, beta2);
    int shift = go - from;
    int bound = from + SPECIES.loopBound(to - from);
    for (int i = from; i < bound; i += LANES) {
      FloatVector gradient = FloatVector.fromArray(SPECIES, g, shift + i).mul(scale);
      FloatVector first =
          decay1.fma(FloatVector.fromArray(SPECIES, m, i), gradient.mul(1f - beta1));
      FloatVector second =
          decay2.fma(FloatVector.fromArray(SPECIES, v, i), gradient.mul(1f - beta2).mul(gradient));
      first.intoArray(m, i);
      second.intoArray(v, i);
      FloatVector change = first.mul(step).div(second.sqrt().add(epsilon));
      FloatVector.fromArray(SPECIES, w, i).sub(change).intoArray(w, i);
    }
    TAIL.adamStep(step, beta1, beta2, epsilon, scale, g, shift + bound, m, v, w, bound, to);
  }
}
