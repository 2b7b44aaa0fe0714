package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Cells on the Vector API; what does not fill a vector is left to {@link PlainCellKernels}. */
final class VectorCellKernels implements CellKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final PlainCellKernels TAIL = new PlainCellKernels();

  @Override
  public void lstm(
      float[] i,
      int io,
      float[] f,
      int fo,
      float[] g,
      int go,
      float[] before,
      int bo,
      float[] c,
      int co,
      int n) {
    int bound = SPECIES.loopBound(n);
    for (int k = 0; k < bound; k += LANES) {
      FloatVector kept = load(f, fo + k).mul(load(before, bo + k));
      load(i, io + k).fma(load(g, go + k), kept).intoArray(c, co + k);
    }
    TAIL.lstm(
        i, io + bound, f, fo + bound, g, go + bound, before, bo + bound, c, co + bound, n - bound);
  }

  @Override
  public void lstmGradient(
      float[] i,
      int io,
      float[] f,
      int fo,
      float[] g,
      int go,
      float[] before,
      int bo,
      float[] extra,
      int eo,
      float[] dc,
      int dco,
      float[] di,
      int dio,
      float[] df,
      int dfo,
      float[] dg,
      int dgo,
      int n) {
    int bound = SPECIES.loopBound(n);
    for (int k = 0; k < bound; k += LANES) {
      FloatVector d = load(dc, dco + k).add(load(extra, eo + k));
      FloatVector input = load(i, io + k);
      FloatVector forget = load(f, fo + k);
      d.mul(load(g, go + k)).intoArray(di, dio + k);
      d.mul(load(before, bo + k)).intoArray(df, dfo + k);
      d.mul(input).intoArray(dg, dgo + k);
      d.mul(forget).intoArray(dc, dco + k);
    }
    TAIL.lstmGradient(
        i,
        io + bound,
        f,
        fo + bound,
        g,
        go + bound,
        before,
        bo + bound,
        extra,
        eo + bound,
        dc,
        dco + bound,
        di,
        dio + bound,
        df,
        dfo + bound,
        dg,
        dgo + bound,
        n - bound);
  }

  @Override
  public void gru(
      float[] z, int zo, float[] g, int go, float[] before, int bo, float[] h, int ho, int n) {
    int bound = SPECIES.loopBound(n);
    for (int k = 0; k < bound; k += LANES) {
      FloatVector candidate = load(g, go + k);
      FloatVector change = load(before, bo + k).sub(candidate);
      load(z, zo + k).fma(change, candidate).intoArray(h, ho + k);
    }
    TAIL.gru(z, zo + bound, g, go + bound, before, bo + bound, h, ho + bound, n - bound);
  }

  @Override
  public void gruGradient(
      float[] z,
      int zo,
      float[] g,
      int go,
      float[] before,
      int bo,
      float[] dh,
      int dho,
      float[] dz,
      int dzo,
      float[] dg,
      int dgo,
      int n) {
    int bound = SPECIES.loopBound(n);
    for (int k = 0; k < bound; k += LANES) {
      FloatVector d = load(dh, dho + k);
      FloatVector kept = d.mul(load(z, zo + k));
      FloatVector change = load(before, bo + k).sub(load(g, go + k));
      d.mul(change).intoArray(dz, dzo + k);
      d.sub(kept).intoArray(dg, dgo + k);
      kept.intoArray(dh, dho + k);
    }
    TAIL.gruGradient(
        z,
        zo + bound,
        g,
        go + bound,
        before,
        bo + bound,
        dh,
        dho + bound,
        dz,
        dzo + bound,
        dg,
        dgo + bound,
        n - bound);
  }

  private static FloatVector load(float[] x, int offset) {
    return FloatVector.fromArray(SPECIES, x, offset);
  }
}
