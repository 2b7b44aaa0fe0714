package io.sparknn.tensor;

/** Cells in plain Java; one destination in each loop, so that the C2 compiler vectorises it. */
final class PlainCellKernels implements CellKernels {

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
    for (int k = 0; k < n; k++) {
      c[co + k] = Math.fma(i[io + k], g[go + k], f[fo + k] * before[bo + k]);
    }
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
    for (int k = 0; k < n; k++) {
      float d = dc[dco + k] + extra[eo + k];
      di[dio + k] = d * g[go + k];
      df[dfo + k] = d * before[bo + k];
      dg[dgo + k] = d * i[io + k];
      dc[dco + k] = d * f[fo + k];
    }
  }

  @Override
  public void gru(
      float[] z, int zo, float[] g, int go, float[] before, int bo, float[] h, int ho, int n) {
    for (int k = 0; k < n; k++) {
      h[ho + k] = Math.fma(z[zo + k], before[bo + k] - g[go + k], g[go + k]);
    }
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
    for (int k = 0; k < n; k++) {
      float d = dh[dho + k];
      float kept = d * z[zo + k];
      dz[dzo + k] = d * (before[bo + k] - g[go + k]);
      dg[dgo + k] = d - kept;
      dh[dho + k] = kept;
    }
  }
}
