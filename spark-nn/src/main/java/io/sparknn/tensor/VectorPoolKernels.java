package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Pooling on the Vector API: a vector of channels at a time, over all windows. */
final class VectorPoolKernels implements PoolKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final PlainPoolKernels TAIL = new PlainPoolKernels();

  @Override
  public void max(Pool pool, float[] x, int xo, float[] y, int yo, float[] winner, int wo) {
    int channels = pool.channels();
    int bound = SPECIES.loopBound(channels);
    int[] starts = pool.starts();
    for (int w = 0; w < starts.length - 1; w++) {
      int to = w * channels;
      for (int c = 0; c < bound; c += LANES) {
        max(pool, starts[w], starts[w + 1], x, xo + c, y, yo + to + c, winner, wo + to + c);
      }
    }
    TAIL.max(pool, bound, x, xo, y, yo, winner, wo);
  }

  private static void max(
      Pool pool, int start, int end, float[] x, int xo, float[] y, int yo, float[] winner, int wo) {
    int[] offsets = pool.offsets();
    int[] taps = pool.taps();
    FloatVector best = FloatVector.fromArray(SPECIES, x, xo + offsets[start]);
    FloatVector tap = FloatVector.broadcast(SPECIES, (float) taps[start]);
    for (int i = start + 1; i < end; i++) {
      FloatVector candidate = FloatVector.fromArray(SPECIES, x, xo + offsets[i]);
      VectorMask<Float> taken =
          candidate
              .compare(VectorOperators.GT, best)
              .or(candidate.compare(VectorOperators.NE, candidate));
      best = best.blend(candidate, taken);
      tap = tap.blend(FloatVector.broadcast(SPECIES, (float) taps[i]), taken);
    }
    best.intoArray(y, yo);
    tap.intoArray(winner, wo);
  }

  @Override
  public void maxGradient(
      Pool pool, float[] winner, int wo, float[] dy, int dyo, float[] dx, int dxo) {
    int channels = pool.channels();
    int bound = SPECIES.loopBound(channels);
    int[] starts = pool.starts();
    for (int w = 0; w < starts.length - 1; w++) {
      int at = w * channels;
      for (int c = 0; c < bound; c += LANES) {
        FloatVector tap = FloatVector.fromArray(SPECIES, winner, wo + at + c);
        FloatVector d = FloatVector.fromArray(SPECIES, dy, dyo + at + c);
        if (pool.isShared()) {
          addToWinner(pool, starts[w], starts[w + 1], tap, d, dx, dxo + c);
        } else {
          writeToWinner(pool, starts[w], starts[w + 1], tap, d, dx, dxo + c);
        }
      }
    }
    TAIL.maxGradient(pool, bound, winner, wo, dy, dyo, dx, dxo);
  }

  private static void addToWinner(
      Pool pool, int start, int end, FloatVector tap, FloatVector d, float[] dx, int dxo) {
    int[] offsets = pool.offsets();
    int[] taps = pool.taps();
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = start; i < end; i++) {
      int at = dxo + offsets[i];
      FloatVector part = zero.blend(d, tap.compare(VectorOperators.EQ, (float) taps[i]));
      FloatVector.fromArray(SPECIES, dx, at).add(part).intoArray(dx, at);
    }
  }

  private static void writeToWinner(
      Pool pool, int start, int end, FloatVector tap, FloatVector d, float[] dx, int dxo) {
    int[] offsets = pool.offsets();
    int[] taps = pool.taps();
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = start; i < end; i++) {
      zero.blend(d, tap.compare(VectorOperators.EQ, (float) taps[i]))
          .intoArray(dx, dxo + offsets[i]);
    }
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
