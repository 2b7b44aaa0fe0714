package io.sparknn.tensor;

import dev.ludovic.netlib.blas.BLAS;

/** Copies some patches at a time and leaves their product to the BLAS. */
final class PlainPatchKernels implements PatchKernels {
  private static final int BLOCK = 256;

  /** All columns: the panel is the matrix that the BLAS takes. */
  @Override
  public int panelWidth(int columns) {
    return columns;
  }

  @Override
  public void multiply(
      Patches patches, float[] x, int xo, float[] panels, int po, float[] y, int yo) {
    BLAS blas = Blas.instance();
    int[] results = patches.results();
    int columns = patches.columns();
    int taps = patches.tapCount();
    float[] copies = new float[BLOCK * taps];
    float[] products = new float[BLOCK * columns];
    for (int p = 0; p < patches.positions(); p += BLOCK) {
      int n = Math.min(BLOCK, patches.positions() - p);
      copy(patches, p, n, x, xo, copies);
      blas.sgemm(
          "N", "N", columns, n, taps, 1, panels, po, columns, copies, 0, taps, 0, products, 0,
          columns);
      for (int i = 0; i < n; i++) {
        System.arraycopy(products, i * columns, y, yo + results[p + i], columns);
      }
    }
  }

  @Override
  public void addTransposed(
      Patches patches, float[] x, int xo, float[] y, int yo, float[] panels, int po) {
    BLAS blas = Blas.instance();
    int[] results = patches.results();
    int columns = patches.columns();
    int taps = patches.tapCount();
    float[] copies = new float[BLOCK * taps];
    float[] factors = new float[BLOCK * columns];
    for (int p = 0; p < patches.positions(); p += BLOCK) {
      int n = Math.min(BLOCK, patches.positions() - p);
      copy(patches, p, n, x, xo, copies);
      for (int i = 0; i < n; i++) {
        System.arraycopy(y, yo + results[p + i], factors, i * columns, columns);
      }
      blas.sgemm(
          "N", "T", columns, taps, n, 1, factors, 0, columns, copies, 0, taps, 1, panels, po,
          columns);
    }
  }

  private static void copy(Patches patches, int from, int n, float[] x, int xo, float[] copies) {
    int[] taps = patches.taps();
    int count = patches.tapCount();
    for (int i = 0; i < n; i++) {
      int start = xo + patches.starts()[from + i];
      for (int k = 0; k < count; k++) {
        copies[i * count + k] = x[start + taps[k]];
      }
    }
  }
}
