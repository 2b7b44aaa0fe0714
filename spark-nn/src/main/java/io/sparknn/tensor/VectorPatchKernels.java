package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register tiles on the Vector API, in panels as wide as a vector: each element of a patch is read
 * once for all positions (or taps) by two vectors of columns. The tiles are written out because an
 * array of vectors would not stay in registers.
 */
final class VectorPatchKernels implements PatchKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PAIR_POSITIONS = Patches.PAIR_BLOCK;

  private static final int SINGLE_POSITIONS = Patches.POSITION_BLOCK;

  @Override
  public int panelWidth(int columns) {
    return LANES;
  }

  @Override
  public void multiply(
      Patches patches, float[] x, int xo, float[] panels, int po, float[] y, int yo) {
    int[] starts = patches.starts();
    int[] results = patches.results();
    int[] taps = patches.taps();
    int count = patches.tapCount();
    int columns = Patches.room(patches.columns());
    int panel = taps.length * LANES;
    int c = 0;
    int w = po;
    for (; c + 2 * LANES <= columns; c += 2 * LANES, w += 2 * panel) {
      for (int p = 0; p < patches.positions(); p += PAIR_POSITIONS) {
        int at = Math.min(p, starts.length - PAIR_POSITIONS);
        multiplyPair(x, xo, starts, taps, count, panels, w, w + panel, y, yo + c, results, at);
      }
    }
    if (c < columns && patches.group() > 0) {
      for (int p = 0; p < patches.positions(); p += PAIR_POSITIONS) {
        multiplyNeighbours(patches, x, xo + starts[p], panels, w, y, yo + c, p);
      }
    } else if (c < columns) {
      for (int p = 0; p < patches.positions(); p += SINGLE_POSITIONS) {
        int at = Math.min(p, starts.length - SINGLE_POSITIONS);
        multiplySingle(x, xo, starts, taps, count, panels, w, y, yo + c, results, at);
      }
    }
  }

  @Override
  public void addTransposed(
      Patches patches, float[] x, int xo, float[] y, int yo, float[] panels, int po) {
    int[] starts = patches.starts();
    int[] results = patches.results();
    int[] taps = patches.taps();
    int positions = patches.positions();
    int columns = Patches.room(patches.columns());
    int panel = taps.length * LANES;
    int c = 0;
    int w = po;
    for (; c + 2 * LANES <= columns; c += 2 * LANES, w += 2 * panel) {
      for (int k = 0; k < taps.length; k += Patches.TAP_BLOCK) {
        int at = w + k * LANES;
        addPair(x, xo, starts, positions, taps, k, y, yo + c, results, panels, at, at + panel);
      }
    }
    if (c < columns) {
      for (int k = 0; k < taps.length; k += Patches.TAP_BLOCK) {
        int at = w + k * LANES;
        addSingle(x, xo, starts, positions, taps, k, y, yo + c, results, panels, at);
      }
    }
  }

  private static void multiplyPair(
      float[] x,
      int xo,
      int[] starts,
      int[] taps,
      int count,
      float[] panels,
      int w0,
      int w1,
      float[] y,
      int yo,
      int[] results,
      int at) {
    int s0 = xo + starts[at];
    int s1 = xo + starts[at + 1];
    int s2 = xo + starts[at + 2];
    int s3 = xo + starts[at + 3];
    int s4 = xo + starts[at + 4];
    int s5 = xo + starts[at + 5];
    int s6 = xo + starts[at + 6];
    int s7 = xo + starts[at + 7];
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector a0 = zero;
    FloatVector a1 = zero;
    FloatVector a2 = zero;
    FloatVector a3 = zero;
    FloatVector a4 = zero;
    FloatVector a5 = zero;
    FloatVector a6 = zero;
    FloatVector a7 = zero;
    FloatVector b0 = zero;
    FloatVector b1 = zero;
    FloatVector b2 = zero;
    FloatVector b3 = zero;
    FloatVector b4 = zero;
    FloatVector b5 = zero;
    FloatVector b6 = zero;
    FloatVector b7 = zero;
    for (int k = 0; k < count; k++) {
      int tap = taps[k];
      FloatVector u = FloatVector.fromArray(SPECIES, panels, w0 + k * LANES);
      FloatVector v = FloatVector.fromArray(SPECIES, panels, w1 + k * LANES);
      FloatVector e;
      e = broadcast(x, s0 + tap);
      a0 = e.fma(u, a0);
      b0 = e.fma(v, b0);
      e = broadcast(x, s1 + tap);
      a1 = e.fma(u, a1);
      b1 = e.fma(v, b1);
      e = broadcast(x, s2 + tap);
      a2 = e.fma(u, a2);
      b2 = e.fma(v, b2);
      e = broadcast(x, s3 + tap);
      a3 = e.fma(u, a3);
      b3 = e.fma(v, b3);
      e = broadcast(x, s4 + tap);
      a4 = e.fma(u, a4);
      b4 = e.fma(v, b4);
      e = broadcast(x, s5 + tap);
      a5 = e.fma(u, a5);
      b5 = e.fma(v, b5);
      e = broadcast(x, s6 + tap);
      a6 = e.fma(u, a6);
      b6 = e.fma(v, b6);
      e = broadcast(x, s7 + tap);
      a7 = e.fma(u, a7);
      b7 = e.fma(v, b7);
    }
    a0.intoArray(y, yo + results[at + 0]);
    b0.intoArray(y, yo + LANES + results[at + 0]);
    a1.intoArray(y, yo + results[at + 1]);
    b1.intoArray(y, yo + LANES + results[at + 1]);
    a2.intoArray(y, yo + results[at + 2]);
    b2.intoArray(y, yo + LANES + results[at + 2]);
    a3.intoArray(y, yo + results[at + 3]);
    b3.intoArray(y, yo + LANES + results[at + 3]);
    a4.intoArray(y, yo + results[at + 4]);
    b4.intoArray(y, yo + LANES + results[at + 4]);
    a5.intoArray(y, yo + results[at + 5]);
    b5.intoArray(y, yo + LANES + results[at + 5]);
    a6.intoArray(y, yo + results[at + 6]);
    b6.intoArray(y, yo + LANES + results[at + 6]);
    a7.intoArray(y, yo + results[at + 7]);
    b7.intoArray(y, yo + LANES + results[at + 7]);
  }

  private static void multiplySingle(
      float[] x,
      int xo,
      int[] starts,
      int[] taps,
      int count,
      float[] panels,
      int w0,
      float[] y,
      int yo,
      int[] results,
      int at) {
    int s0 = xo + starts[at];
    int s1 = xo + starts[at + 1];
    int s2 = xo + starts[at + 2];
    int s3 = xo + starts[at + 3];
    int s4 = xo + starts[at + 4];
    int s5 = xo + starts[at + 5];
    int s6 = xo + starts[at + 6];
    int s7 = xo + starts[at + 7];
    int s8 = xo + starts[at + 8];
    int s9 = xo + starts[at + 9];
    int s10 = xo + starts[at + 10];
    int s11 = xo + starts[at + 11];
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector a0 = zero;
    FloatVector a1 = zero;
    FloatVector a2 = zero;
    FloatVector a3 = zero;
    FloatVector a4 = zero;
    FloatVector a5 = zero;
    FloatVector a6 = zero;
    FloatVector a7 = zero;
    FloatVector a8 = zero;
    FloatVector a9 = zero;
    FloatVector a10 = zero;
    FloatVector a11 = zero;
    for (int k = 0; k < count; k++) {
      int tap = taps[k];
      FloatVector u = FloatVector.fromArray(SPECIES, panels, w0 + k * LANES);
      a0 = broadcast(x, s0 + tap).fma(u, a0);
      a1 = broadcast(x, s1 + tap).fma(u, a1);
      a2 = broadcast(x, s2 + tap).fma(u, a2);
      a3 = broadcast(x, s3 + tap).fma(u, a3);
      a4 = broadcast(x, s4 + tap).fma(u, a4);
      a5 = broadcast(x, s5 + tap).fma(u, a5);
      a6 = broadcast(x, s6 + tap).fma(u, a6);
      a7 = broadcast(x, s7 + tap).fma(u, a7);
      a8 = broadcast(x, s8 + tap).fma(u, a8);
      a9 = broadcast(x, s9 + tap).fma(u, a9);
      a10 = broadcast(x, s10 + tap).fma(u, a10);
      a11 = broadcast(x, s11 + tap).fma(u, a11);
    }
    a0.intoArray(y, yo + results[at + 0]);
    a1.intoArray(y, yo + results[at + 1]);
    a2.intoArray(y, yo + results[at + 2]);
    a3.intoArray(y, yo + results[at + 3]);
    a4.intoArray(y, yo + results[at + 4]);
    a5.intoArray(y, yo + results[at + 5]);
    a6.intoArray(y, yo + results[at + 6]);
    a7.intoArray(y, yo + results[at + 7]);
    a8.intoArray(y, yo + results[at + 8]);
    a9.intoArray(y, yo + results[at + 9]);
    a10.intoArray(y, yo + results[at + 10]);
    a11.intoArray(y, yo + results[at + 11]);
  }

  private static void addPair(
      float[] x,
      int xo,
      int[] starts,
      int positions,
      int[] taps,
      int k,
      float[] y,
      int yo,
      int[] results,
      float[] panels,
      int w0,
      int w1) {
    int s0 = xo + taps[k];
    int s1 = xo + taps[k + 1];
    int s2 = xo + taps[k + 2];
    int s3 = xo + taps[k + 3];
    int s4 = xo + taps[k + 4];
    int s5 = xo + taps[k + 5];
    int s6 = xo + taps[k + 6];
    int s7 = xo + taps[k + 7];
    FloatVector a0 = FloatVector.fromArray(SPECIES, panels, w0);
    FloatVector a1 = FloatVector.fromArray(SPECIES, panels, w0 + LANES);
    FloatVector a2 = FloatVector.fromArray(SPECIES, panels, w0 + 2 * LANES);
    FloatVector a3 = FloatVector.fromArray(SPECIES, panels, w0 + 3 * LANES);
    FloatVector a4 = FloatVector.fromArray(SPECIES, panels, w0 + 4 * LANES);
    FloatVector a5 = FloatVector.fromArray(SPECIES, panels, w0 + 5 * LANES);
    FloatVector a6 = FloatVector.fromArray(SPECIES, panels, w0 + 6 * LANES);
    FloatVector a7 = FloatVector.fromArray(SPECIES, panels, w0 + 7 * LANES);
    FloatVector b0 = FloatVector.fromArray(SPECIES, panels, w1);
    FloatVector b1 = FloatVector.fromArray(SPECIES, panels, w1 + LANES);
    FloatVector b2 = FloatVector.fromArray(SPECIES, panels, w1 + 2 * LANES);
    FloatVector b3 = FloatVector.fromArray(SPECIES, panels, w1 + 3 * LANES);
    FloatVector b4 = FloatVector.fromArray(SPECIES, panels, w1 + 4 * LANES);
    FloatVector b5 = FloatVector.fromArray(SPECIES, panels, w1 + 5 * LANES);
    FloatVector b6 = FloatVector.fromArray(SPECIES, panels, w1 + 6 * LANES);
    FloatVector b7 = FloatVector.fromArray(SPECIES, panels, w1 + 7 * LANES);
    for (int p = 0; p < positions; p++) {
      int start = starts[p];
      int result = yo + results[p];
      FloatVector u = FloatVector.fromArray(SPECIES, y, result);
      FloatVector v = FloatVector.fromArray(SPECIES, y, result + LANES);
      FloatVector e;
      e = broadcast(x, s0 + start);
      a0 = e.fma(u, a0);
      b0 = e.fma(v, b0);
      e = broadcast(x, s1 + start);
      a1 = e.fma(u, a1);
      b1 = e.fma(v, b1);
      e = broadcast(x, s2 + start);
      a2 = e.fma(u, a2);
      b2 = e.fma(v, b2);
      e = broadcast(x, s3 + start);
      a3 = e.fma(u, a3);
      b3 = e.fma(v, b3);
      e = broadcast(x, s4 + start);
      a4 = e.fma(u, a4);
      b4 = e.fma(v, b4);
      e = broadcast(x, s5 + start);
      a5 = e.fma(u, a5);
      b5 = e.fma(v, b5);
      e = broadcast(x, s6 + start);
      a6 = e.fma(u, a6);
      b6 = e.fma(v, b6);
      e = broadcast(x, s7 + start);
      a7 = e.fma(u, a7);
      b7 = e.fma(v, b7);
    }
    a0.intoArray(panels, w0);
    b0.intoArray(panels, w1);
    a1.intoArray(panels, w0 + LANES);
    b1.intoArray(panels, w1 + LANES);
    a2.intoArray(panels, w0 + 2 * LANES);
    b2.intoArray(panels, w1 + 2 * LANES);
    a3.intoArray(panels, w0 + 3 * LANES);
    b3.intoArray(panels, w1 + 3 * LANES);
    a4.intoArray(panels, w0 + 4 * LANES);
    b4.intoArray(panels, w1 + 4 * LANES);
    a5.intoArray(panels, w0 + 5 * LANES);
    b5.intoArray(panels, w1 + 5 * LANES);
    a6.intoArray(panels, w0 + 6 * LANES);
    b6.intoArray(panels, w1 + 6 * LANES);
    a7.intoArray(panels, w0 + 7 * LANES);
    b7.intoArray(panels, w1 + 7 * LANES);
  }

  private static void addSingle(
      float[] x,
      int xo,
      int[] starts,
      int positions,
      int[] taps,
      int k,
      float[] y,
      int yo,
      int[] results,
      float[] panels,
      int w0) {
    int s0 = xo + taps[k];
    int s1 = xo + taps[k + 1];
    int s2 = xo + taps[k + 2];
    int s3 = xo + taps[k + 3];
    int s4 = xo + taps[k + 4];
    int s5 = xo + taps[k + 5];
    int s6 = xo + taps[k + 6];
    int s7 = xo + taps[k + 7];
    FloatVector a0 = FloatVector.fromArray(SPECIES, panels, w0);
    FloatVector a1 = FloatVector.fromArray(SPECIES, panels, w0 + LANES);
    FloatVector a2 = FloatVector.fromArray(SPECIES, panels, w0 + 2 * LANES);
    FloatVector a3 = FloatVector.fromArray(SPECIES, panels, w0 + 3 * LANES);
    FloatVector a4 = FloatVector.fromArray(SPECIES, panels, w0 + 4 * LANES);
    FloatVector a5 = FloatVector.fromArray(SPECIES, panels, w0 + 5 * LANES);
    FloatVector a6 = FloatVector.fromArray(SPECIES, panels, w0 + 6 * LANES);
    FloatVector a7 = FloatVector.fromArray(SPECIES, panels, w0 + 7 * LANES);
    for (int p = 0; p < positions; p++) {
      int start = starts[p];
      int result = yo + results[p];
      FloatVector u = FloatVector.fromArray(SPECIES, y, result);
      a0 = broadcast(x, s0 + start).fma(u, a0);
      a1 = broadcast(x, s1 + start).fma(u, a1);
      a2 = broadcast(x, s2 + start).fma(u, a2);
      a3 = broadcast(x, s3 + start).fma(u, a3);
      a4 = broadcast(x, s4 + start).fma(u, a4);
      a5 = broadcast(x, s5 + start).fma(u, a5);
      a6 = broadcast(x, s6 + start).fma(u, a6);
      a7 = broadcast(x, s7 + start).fma(u, a7);
    }
    a0.intoArray(panels, w0);
    a1.intoArray(panels, w0 + LANES);
    a2.intoArray(panels, w0 + 2 * LANES);
    a3.intoArray(panels, w0 + 3 * LANES);
    a4.intoArray(panels, w0 + 4 * LANES);
    a5.intoArray(panels, w0 + 5 * LANES);
    a6.intoArray(panels, w0 + 6 * LANES);
    a7.intoArray(panels, w0 + 7 * LANES);
  }

  /**
   * A block of positions of which neighbours see the same elements: each is read once for three
   * taps.
   */
  private static void multiplyNeighbours(
      Patches patches, float[] x, int xo, float[] panels, int po, float[] y, int yo, int at) {
    int[] taps = patches.taps();
    int step = patches.step();
    int group = patches.group();
    int skip = 2 * group;
    int count = patches.tapCount() / 3;
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector a0 = zero;
    FloatVector a1 = zero;
    FloatVector a2 = zero;
    FloatVector a3 = zero;
    FloatVector a4 = zero;
    FloatVector a5 = zero;
    FloatVector a6 = zero;
    FloatVector a7 = zero;
    int k = 0;
    int left = group;
    for (int i = 0; i < count; i++) {
      int tap = xo + taps[k];
      FloatVector u = FloatVector.fromArray(SPECIES, panels, po + k * LANES);
      FloatVector v = FloatVector.fromArray(SPECIES, panels, po + (k + group) * LANES);
      FloatVector w = FloatVector.fromArray(SPECIES, panels, po + (k + skip) * LANES);
      FloatVector e;
      e = broadcast(x, tap);
      a0 = e.fma(u, a0);
      e = broadcast(x, tap + step);
      a0 = e.fma(v, a0);
      a1 = e.fma(u, a1);
      e = broadcast(x, tap + 2 * step);
      a0 = e.fma(w, a0);
      a1 = e.fma(v, a1);
      a2 = e.fma(u, a2);
      e = broadcast(x, tap + 3 * step);
      a1 = e.fma(w, a1);
      a2 = e.fma(v, a2);
      a3 = e.fma(u, a3);
      e = broadcast(x, tap + 4 * step);
      a2 = e.fma(w, a2);
      a3 = e.fma(v, a3);
      a4 = e.fma(u, a4);
      e = broadcast(x, tap + 5 * step);
      a3 = e.fma(w, a3);
      a4 = e.fma(v, a4);
      a5 = e.fma(u, a5);
      e = broadcast(x, tap + 6 * step);
      a4 = e.fma(w, a4);
      a5 = e.fma(v, a5);
      a6 = e.fma(u, a6);
      e = broadcast(x, tap + 7 * step);
      a5 = e.fma(w, a5);
      a6 = e.fma(v, a6);
      a7 = e.fma(u, a7);
      e = broadcast(x, tap + 8 * step);
      a6 = e.fma(w, a6);
      a7 = e.fma(v, a7);
      e = broadcast(x, tap + 9 * step);
      a7 = e.fma(w, a7);
      k++;
      left--;
      if (left == 0) {
        k += skip;
        left = group;
      }
    }
    int[] results = patches.results();
    a0.intoArray(y, yo + results[at]);
    a1.intoArray(y, yo + results[at + 1]);
    a2.intoArray(y, yo + results[at + 2]);
    a3.intoArray(y, yo + results[at + 3]);
    a4.intoArray(y, yo + results[at + 4]);
    a5.intoArray(y, yo + results[at + 5]);
    a6.intoArray(y, yo + results[at + 6]);
    a7.intoArray(y, yo + results[at + 7]);
  }

  private static FloatVector broadcast(float[] x, int at) {
    return FloatVector.broadcast(SPECIES, x[at]);
  }
}
