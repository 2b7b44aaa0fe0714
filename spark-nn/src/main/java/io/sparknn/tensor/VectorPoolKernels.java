package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Pooling on the Vector API: a vector of channels at a time, over all windows. */
final class VectorPoolKernels implements PoolKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** The size of a window of 2 by 2, the most common: loops so short cost more than their work. */
  private static final int SQUARE = 4;

  private static final PlainPoolKernels TAIL = new PlainPoolKernels();

  @Override
  public void max(Pool pool, float[] x, int xo, float[] y, int yo, float[] winner, int wo) {
    int channels = pool.channels();
    int bound = SPECIES.loopBound(channels);
    int[] starts = pool.starts();
    int[] offsets = pool.offsets();
    int[] taps = pool.taps();
    for (int w = 0; w < starts.length - 1; w++) {
      int start = starts[w];
      int size = starts[w + 1] - start;
      for (int c = 0; c < bound; c += LANES) {
        int to = w * channels + c;
        if (size == SQUARE) {
          maxOfSquare(x, xo + c, offsets, taps, start, y, yo + to, winner, wo + to);
        } else {
          max(x, xo + c, offsets, taps, start, size, y, yo + to, winner, wo + to);
        }
      }
    }
    TAIL.max(pool, bound, x, xo, y, yo, winner, wo);
  }

  private static void max(
      float[] x,
      int xo,
      int[] offsets,
      int[] taps,
      int start,
      int size,
      float[] y,
      int yo,
      float[] winner,
      int wo) {
    FloatVector best = FloatVector.fromArray(SPECIES, x, xo + offsets[start]);
    FloatVector tap = FloatVector.broadcast(SPECIES, (float) taps[start]);
    for (int i = start + 1; i < start + size; i++) {
      FloatVector candidate = FloatVector.fromArray(SPECIES, x, xo + offsets[i]);
      VectorMask<Float> taken = isGreater(candidate, best);
      best = best.blend(candidate, taken);
      tap = tap.blend(FloatVector.broadcast(SPECIES, (float) taps[i]), taken);
    }
    best.intoArray(y, yo);
    tap.intoArray(winner, wo);
  }

  private static void maxOfSquare(
      float[] x,
      int xo,
      int[] offsets,
      int[] taps,
      int at,
      float[] y,
      int yo,
      float[] winner,
      int wo) {
    FloatVector best = FloatVector.fromArray(SPECIES, x, xo + offsets[at]);
    FloatVector tap = FloatVector.broadcast(SPECIES, (float) taps[at]);
    FloatVector second = FloatVector.fromArray(SPECIES, x, xo + offsets[at + 1]);
    VectorMask<Float> taken = isGreater(second, best);
    best = best.blend(second, taken);
    tap = tap.blend(FloatVector.broadcast(SPECIES, (float) taps[at + 1]), taken);
    FloatVector third = FloatVector.fromArray(SPECIES, x, xo + offsets[at + 2]);
    taken = isGreater(third, best);
    best = best.blend(third, taken);
    tap = tap.blend(FloatVector.broadcast(SPECIES, (float) taps[at + 2]), taken);
    FloatVector fourth = FloatVector.fromArray(SPECIES, x, xo + offsets[at + 3]);
    taken = isGreater(fourth, best);
    best.blend(fourth, taken).intoArray(y, yo);
    tap.blend(FloatVector.broadcast(SPECIES, (float) taps[at + 3]), taken).intoArray(winner, wo);
  }

  private static VectorMask<Float> isGreater(FloatVector candidate, FloatVector best) {
    return candidate
        .compare(VectorOperators.GT, best)
        .or(candidate.compare(VectorOperators.NE, candidate));
  }

  @Override
  public void maxGradient(
      Pool pool, float[] winner, int wo, float[] dy, int dyo, float[] dx, int dxo) {
    int channels = pool.channels();
    int bound = SPECIES.loopBound(channels);
    int[] starts = pool.starts();
    int[] offsets = pool.offsets();
    int[] taps = pool.taps();
    boolean isShared = pool.isShared();
    for (int w = 0; w < starts.length - 1; w++) {
      int start = starts[w];
      int size = starts[w + 1] - start;
      for (int c = 0; c < bound; c += LANES) {
        int at = w * channels + c;
        if (!isShared && size == SQUARE) {
          writeSquare(winner, wo + at, dy, dyo + at, offsets, taps, start, dx, dxo + c);
        } else {
          addToWinner(
              winner, wo + at, dy, dyo + at, offsets, taps, start, size, isShared, dx, dxo + c);
        }
      }
    }
    TAIL.maxGradient(pool, bound, winner, wo, dy, dyo, dx, dxo);
  }

  private static void addToWinner(
      float[] winner,
      int wo,
      float[] dy,
      int dyo,
      int[] offsets,
      int[] taps,
      int start,
      int size,
      boolean isShared,
      float[] dx,
      int dxo) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector tap = FloatVector.fromArray(SPECIES, winner, wo);
    FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo);
    for (int i = start; i < start + size; i++) {
      int at = dxo + offsets[i];
      FloatVector part = zero.blend(d, tap.compare(VectorOperators.EQ, (float) taps[i]));
      FloatVector sum = isShared ? FloatVector.fromArray(SPECIES, dx, at).add(part) : part;
      sum.intoArray(dx, at);
    }
  }

  private static void writeSquare(
      float[] winner,
      int wo,
      float[] dy,
      int dyo,
      int[] offsets,
      int[] taps,
      int i,
      float[] dx,
      int dxo) {
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector tap = FloatVector.fromArray(SPECIES, winner, wo);
    FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo);
    zero.blend(d, tap.compare(VectorOperators.EQ, (float) taps[i])).intoArray(dx, dxo + offsets[i]);
    zero.blend(d, tap.compare(VectorOperators.EQ, (float) taps[i + 1]))
        .intoArray(dx, dxo + offsets[i + 1]);
    zero.blend(d, tap.compare(VectorOperators.EQ, (float) taps[i + 2]))
        .intoArray(dx, dxo + offsets[i + 2]);
    zero.blend(d, tap.compare(VectorOperators.EQ, (float) taps[i + 3]))
        .intoArray(dx, dxo + offsets[i + 3]);
  }

  @Override
  public void mean(Pool pool, float[] x, int xo, float[] y, int yo) {
    int channels = pool.channels();
    int bound = SPECIES.loopBound(channels);
    int[] starts = pool.starts();
    int[] offsets = pool.offsets();
    for (int w = 0; w < starts.length - 1; w++) {
      int start = starts[w];
      int end = starts[w + 1];
      float share = 1f / (end - start);
      for (int c = 0; c < bound; c += LANES) {
        FloatVector sum = FloatVector.fromArray(SPECIES, x, xo + c + offsets[start]);
        for (int i = start + 1; i < end; i++) {
          sum = sum.add(FloatVector.fromArray(SPECIES, x, xo + c + offsets[i]));
        }
        sum.mul(share).intoArray(y, yo + w * channels + c);
      }
    }
    TAIL.mean(pool, bound, x, xo, y, yo);
  }

  @Override
  public void meanGradient(Pool pool, float[] dy, int dyo, float[] dx, int dxo) {
    int channels = pool.channels();
    int bound = SPECIES.loopBound(channels);
    int[] starts = pool.starts();
    int[] offsets = pool.offsets();
    boolean isShared = pool.isShared();
    for (int w = 0; w < starts.length - 1; w++) {
      int start = starts[w];
      int end = starts[w + 1];
      float share = 1f / (end - start);
      for (int c = 0; c < bound; c += LANES) {
        FloatVector part = FloatVector.fromArray(SPECIES, dy, dyo + w * channels + c).mul(share);
        for (int i = start; i < end; i++) {
          int at = dxo + c + offsets[i];
          FloatVector sum = isShared ? FloatVector.fromArray(SPECIES, dx, at).add(part) : part;
          sum.intoArray(dx, at);
        }
      }
    }
    TAIL.meanGradient(pool, bound, dy, dyo, dx, dxo);
  }
}
