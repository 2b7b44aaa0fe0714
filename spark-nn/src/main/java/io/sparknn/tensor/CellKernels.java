package io.sparknn.tensor;

/**
 * Loops of recurrent cells, elementwise, on {@code n} elements from an offset on. {@link Cells}
 * checks the arguments; a destination may be one of the sources at the same offset. Providers agree
 * to the bit.
 */
interface CellKernels {

  /** LSTM: c = f * before + i * g. */
  void lstm(
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
      int n);

  /** LSTM: c' = dc + extra; di = c' * g; df = c' * before; dg = c' * i; dc = c' * f. */
  void lstmGradient(
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
      int n);

  /** GRU: h = g + z * (before - g). */
  void gru(float[] z, int zo, float[] g, int go, float[] before, int bo, float[] h, int ho, int n);

  /** GRU: dz = dh * (before - g); dg = dh - dh * z; dh = dh * z. */
  void gruGradient(
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
      int n);
}
