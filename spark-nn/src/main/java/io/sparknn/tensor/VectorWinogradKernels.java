package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The maps on whole vectors; the elements that do not fill one are left to plain loops. */
final class VectorWinogradKernels implements WinogradKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final PlainWinogradKernels TAIL = new PlainWinogradKernels();

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
    int end = n - n % LANES;
    if (end < count * LANES) {
      for (int i = 0; i < end; i += LANES) {
        toPoints(count, x, xo + i, xStep, xItem, y, yo + i, yStep, yItem);
      }
    } else {
      for (int t = 0; t < count; t++) {
        toPoints(end / LANES, x, xo + t * xItem, xStep, LANES, y, yo + t * yItem, yStep, LANES);
      }
    }
    if (end < n) {
      TAIL.toPoints(count, n - end, x, xo + end, xStep, xItem, y, yo + end, yStep, yItem);
    }
  }

  private static void toPoints(
      int vectors,
      float[] x,
      int xo,
      int xStep,
      int xNext,
      float[] y,
      int yo,
      int yStep,
      int yNext) {
    FloatVector a = FloatVector.broadcast(SPECIES, A);
    FloatVector minusA = FloatVector.broadcast(SPECIES, -A);
    FloatVector minusA2 = FloatVector.broadcast(SPECIES, -A2);
    FloatVector b = FloatVector.broadcast(SPECIES, B);
    FloatVector minusB = FloatVector.broadcast(SPECIES, -B);
    FloatVector minusB2 = FloatVector.broadcast(SPECIES, -B2);
    FloatVector product = FloatVector.broadcast(SPECIES, A2 * B2);
    FloatVector minusSum = FloatVector.broadcast(SPECIES, -(A2 + B2));
    for (int i = 0; i < vectors; i++) {
      int from = xo + i * xNext;
      int to = yo + i * yNext;
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * xStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, from + 4 * xStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, x, from + 5 * xStep);
      x0.fma(product, x2.fma(minusSum, x4)).intoArray(y, to);
      FloatVector even = x2.fma(minusB2, x4);
      FloatVector odd = x1.fma(minusB2, x3);
      odd.fma(a, even).intoArray(y, to + yStep);
      odd.fma(minusA, even).intoArray(y, to + 2 * yStep);
      even = x2.fma(minusA2, x4);
      odd = x1.fma(minusA2, x3);
      odd.fma(b, even).intoArray(y, to + 3 * yStep);
      odd.fma(minusB, even).intoArray(y, to + 4 * yStep);
      x1.fma(product, x3.fma(minusSum, x5)).intoArray(y, to + 5 * yStep);
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
    int end = n - n % LANES;
    if (end < count * LANES) {
      for (int i = 0; i < end; i += LANES) {
        fromPoints(results, count, x, xo + i, xStep, xItem, y, yo + i, yStep, yItem);
      }
    } else {
      for (int t = 0; t < count; t++) {
        int from = xo + t * xItem;
        int to = yo + t * yItem;
        fromPoints(results, end / LANES, x, from, xStep, LANES, y, to, yStep, LANES);
      }
    }
    if (end < n) {
      TAIL.fromPoints(
          results, count, n - end, x, xo + end, xStep, xItem, y, yo + end, yStep, yItem);
    }
  }

  private static void fromPoints(
      int results,
      int vectors,
      float[] x,
      int xo,
      int xStep,
      int xNext,
      float[] y,
      int yo,
      int yStep,
      int yNext) {
    if (results == 2) {
      twoFromPoints(vectors, x, xo, xStep, xNext, y, yo, yStep, yNext);
    } else {
      fourFromPoints(vectors, x, xo, xStep, xNext, y, yo, yStep, yNext);
    }
  }

  private static void fourFromPoints(
      int vectors,
      float[] x,
      int xo,
      int xStep,
      int xNext,
      float[] y,
      int yo,
      int yStep,
      int yNext) {
    FloatVector a = FloatVector.broadcast(SPECIES, A);
    FloatVector a2 = FloatVector.broadcast(SPECIES, A2);
    FloatVector a3 = FloatVector.broadcast(SPECIES, A3);
    FloatVector b = FloatVector.broadcast(SPECIES, B);
    FloatVector b2 = FloatVector.broadcast(SPECIES, B2);
    FloatVector b3 = FloatVector.broadcast(SPECIES, B3);
    for (int i = 0; i < vectors; i++) {
      int from = xo + i * xNext;
      int to = yo + i * yNext;
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * xStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, from + 4 * xStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, x, from + 5 * xStep);
      FloatVector near = x1.add(x2);
      FloatVector far = x3.add(x4);
      x0.add(near).add(far).intoArray(y, to);
      near.fma(a2, far.mul(b2)).intoArray(y, to + 2 * yStep);
      near = x1.sub(x2);
      far = x3.sub(x4);
      near.fma(a, far.mul(b)).intoArray(y, to + yStep);
      near.fma(a3, far.fma(b3, x5)).intoArray(y, to + 3 * yStep);
    }
  }

  private static void twoFromPoints(
      int vectors,
      float[] x,
      int xo,
      int xStep,
      int xNext,
      float[] y,
      int yo,
      int yStep,
      int yNext) {
    FloatVector a = FloatVector.broadcast(SPECIES, A);
    FloatVector b = FloatVector.broadcast(SPECIES, B);
    for (int i = 0; i < vectors; i++) {
      int from = xo + i * xNext;
      int to = yo + i * yNext;
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * xStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, from + 4 * xStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, x, from + 5 * xStep);
      x0.add(x1.add(x2)).add(x3.add(x4)).intoArray(y, to);
      x1.sub(x2).fma(a, x3.sub(x4).fma(b, x5)).intoArray(y, to + yStep);
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
    int end = n - n % LANES;
    if (end < count * LANES) {
      for (int i = 0; i < end; i += LANES) {
        spread(results, count, x, xo + i, xStep, xItem, y, yo + i, yStep, yItem);
      }
    } else {
      for (int t = 0; t < count; t++) {
        int from = xo + t * xItem;
        int to = yo + t * yItem;
        spread(results, end / LANES, x, from, xStep, LANES, y, to, yStep, LANES);
      }
    }
    if (end < n) {
      TAIL.spread(results, count, n - end, x, xo + end, xStep, xItem, y, yo + end, yStep, yItem);
    }
  }

  private static void spread(
      int results,
      int vectors,
      float[] x,
      int xo,
      int xStep,
      int xNext,
      float[] y,
      int yo,
      int yStep,
      int yNext) {
    if (results == 2) {
      spreadTwo(vectors, x, xo, xStep, xNext, y, yo, yStep, yNext);
    } else {
      spreadFour(vectors, x, xo, xStep, xNext, y, yo, yStep, yNext);
    }
  }

  private static void spreadFour(
      int vectors,
      float[] x,
      int xo,
      int xStep,
      int xNext,
      float[] y,
      int yo,
      int yStep,
      int yNext) {
    FloatVector a = FloatVector.broadcast(SPECIES, A);
    FloatVector a2 = FloatVector.broadcast(SPECIES, A2);
    FloatVector a3 = FloatVector.broadcast(SPECIES, A3);
    FloatVector b = FloatVector.broadcast(SPECIES, B);
    FloatVector b2 = FloatVector.broadcast(SPECIES, B2);
    FloatVector b3 = FloatVector.broadcast(SPECIES, B3);
    for (int i = 0; i < vectors; i++) {
      int from = xo + i * xNext;
      int to = yo + i * yNext;
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * xStep);
      x0.intoArray(y, to);
      FloatVector even = x2.fma(a2, x0);
      FloatVector odd = x1.fma(a, x3.mul(a3));
      even.add(odd).intoArray(y, to + yStep);
      even.sub(odd).intoArray(y, to + 2 * yStep);
      even = x2.fma(b2, x0);
      odd = x1.fma(b, x3.mul(b3));
      even.add(odd).intoArray(y, to + 3 * yStep);
      even.sub(odd).intoArray(y, to + 4 * yStep);
      x3.intoArray(y, to + 5 * yStep);
    }
  }

  private static void spreadTwo(
      int vectors,
      float[] x,
      int xo,
      int xStep,
      int xNext,
      float[] y,
      int yo,
      int yStep,
      int yNext) {
    FloatVector a = FloatVector.broadcast(SPECIES, A);
    FloatVector b = FloatVector.broadcast(SPECIES, B);
    for (int i = 0; i < vectors; i++) {
      int from = xo + i * xNext;
      int to = yo + i * yNext;
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      x0.intoArray(y, to);
      FloatVector odd = x1.mul(a);
      x0.add(odd).intoArray(y, to + yStep);
      x0.sub(odd).intoArray(y, to + 2 * yStep);
      odd = x1.mul(b);
      x0.add(odd).intoArray(y, to + 3 * yStep);
      x0.sub(odd).intoArray(y, to + 4 * yStep);
      x1.intoArray(y, to + 5 * yStep);
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
    int end = n - n % LANES;
    if (end < count * LANES) {
      for (int i = 0; i < end; i += LANES) {
        gather(count, x, xo + i, xStep, xItem, y, yo + i, yStep, yItem);
      }
    } else {
      for (int t = 0; t < count; t++) {
        gather(end / LANES, x, xo + t * xItem, xStep, LANES, y, yo + t * yItem, yStep, LANES);
      }
    }
    if (end < n) {
      TAIL.gather(count, n - end, x, xo + end, xStep, xItem, y, yo + end, yStep, yItem);
    }
  }

  private static void gather(
      int vectors,
      float[] x,
      int xo,
      int xStep,
      int xNext,
      float[] y,
      int yo,
      int yStep,
      int yNext) {
    FloatVector a = FloatVector.broadcast(SPECIES, A);
    FloatVector minusA2 = FloatVector.broadcast(SPECIES, -A2);
    FloatVector minusA2B = FloatVector.broadcast(SPECIES, -A2 * B);
    FloatVector b = FloatVector.broadcast(SPECIES, B);
    FloatVector minusB2 = FloatVector.broadcast(SPECIES, -B2);
    FloatVector minusAB2 = FloatVector.broadcast(SPECIES, -A * B2);
    FloatVector product = FloatVector.broadcast(SPECIES, A2 * B2);
    FloatVector minusSum = FloatVector.broadcast(SPECIES, -(A2 + B2));
    for (int i = 0; i < vectors; i++) {
      int from = xo + i * xNext;
      int to = yo + i * yNext;
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + xStep);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * xStep);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * xStep);
      FloatVector x4 = FloatVector.fromArray(SPECIES, x, from + 4 * xStep);
      FloatVector x5 = FloatVector.fromArray(SPECIES, x, from + 5 * xStep);
      FloatVector near = x1.add(x2);
      FloatVector far = x3.add(x4);
      FloatVector y0 = FloatVector.fromArray(SPECIES, y, to);
      x0.fma(product, y0).intoArray(y, to);
      FloatVector y2 = FloatVector.fromArray(SPECIES, y, to + 2 * yStep);
      x0.fma(minusSum, near.fma(minusB2, far.fma(minusA2, y2))).intoArray(y, to + 2 * yStep);
      FloatVector y4 = FloatVector.fromArray(SPECIES, y, to + 4 * yStep);
      x0.add(near).add(far.add(y4)).intoArray(y, to + 4 * yStep);
      near = x1.sub(x2);
      far = x3.sub(x4);
      FloatVector y1 = FloatVector.fromArray(SPECIES, y, to + yStep);
      x5.fma(product, near.fma(minusAB2, far.fma(minusA2B, y1))).intoArray(y, to + yStep);
      FloatVector y3 = FloatVector.fromArray(SPECIES, y, to + 3 * yStep);
      x5.fma(minusSum, near.fma(a, far.fma(b, y3))).intoArray(y, to + 3 * yStep);
      FloatVector y5 = FloatVector.fromArray(SPECIES, y, to + 5 * yStep);
      x5.add(y5).intoArray(y, to + 5 * yStep);
    }
  }
}
