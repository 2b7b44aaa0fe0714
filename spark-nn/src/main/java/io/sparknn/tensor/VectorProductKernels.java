package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products by tiles whose sums stay in the 32 registers that only processors with vectors of 512
 * bits have. A panel is four vectors wide; packed, its rows lie one after another. Columns that do
 * not fill a panel are left to the BLAS.
 */
final class VectorProductKernels implements ProductKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = 4 * LANES;

  /** So many rows of a panel are summed up before the sums go back to memory. */
  private static final int BLOCK = 256;

  private static final PlainProductKernels TAIL = new PlainProductKernels();

  private static int inPanels(int n) {
    return n / PANEL * PANEL;
  }

  @Override
  public int packedSize(int k, int n) {
    return k * inPanels(n);
  }

  @Override
  public void pack(
      int k, int n, float[] b, int bo, int ldb, boolean transposeB, float[] packed, int po) {
    for (int column = 0; column < inPanels(n); column += PANEL) {
      int to = po + column * k;
      if (transposeB) {
        packTransposed(k, b, bo + column * ldb, ldb, packed, to);
      } else {
        for (int i = 0; i < k; i++) {
          System.arraycopy(b, bo + i * ldb + column, packed, to + i * PANEL, PANEL);
        }
      }
    }
  }

  private static void packTransposed(int k, float[] b, int bo, int ldb, float[] packed, int po) {
    for (int i = 0; i < k; i++) {
      for (int c = 0; c < PANEL; c++) {
        packed[po + i * PANEL + c] = b[bo + c * ldb + i];
      }
    }
  }

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      boolean transposeB,
      float[] packed,
      int po,
      float[] start,
      int so,
      int lds,
      float[] y,
      int yo,
      int ldy) {
    int tail = inPanels(n);
    for (int c = 0; c < tail; c += PANEL) {
      panel(m, k, a, ao, lda, 1, packed, po + c * k, PANEL, start, so + c, lds, y, yo + c, ldy);
    }
    if (tail < n) {
      int rest = bo + (transposeB ? tail * ldb : tail);
      TAIL.multiply(
          m,
          n - tail,
          k,
          a,
          ao,
          lda,
          b,
          rest,
          ldb,
          transposeB,
          packed,
          po,
          start,
          so + tail,
          lds,
          y,
          yo + tail,
          ldy);
    }
  }

  @Override
  public void addTransposed(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] b,
      int bo,
      int ldb,
      float[] c,
      int co,
      int ldc) {
    int tail = inPanels(n);
    for (int i = 0; i < k; i += BLOCK) {
      int block = Math.min(BLOCK, k - i);
      for (int p = 0; p < tail; p += PANEL) {
        int to = co + p;
        panel(m, block, a, ao + i * lda, 1, lda, b, bo + i * ldb + p, ldb, c, to, ldc, c, to, ldc);
      }
    }
    if (tail < n) {
      TAIL.addTransposed(m, n - tail, k, a, ao, lda, b, bo + tail, ldb, c, co + tail, ldc);
    }
  }

  /** All rows of a panel: y = start + a b, where a's rows and columns have any strides. */
  private static void panel(
      int m,
      int k,
      float[] a,
      int ao,
      int rowStride,
      int stride,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      int lds,
      float[] y,
      int yo,
      int ldy) {
    int row = 0;
    for (; row < m - 5; row += 6) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      tile6(k, a, at, rowStride, stride, b, bo, ldb, start, from, lds, y, yo + row * ldy, ldy);
    }
    for (; row < m - 1; row += 2) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      tile2(k, a, at, rowStride, stride, b, bo, ldb, start, from, lds, y, yo + row * ldy, ldy);
    }
    if (row < m) {
      int at = ao + row * rowStride;
      tile1(k, a, at, stride, b, bo, ldb, start, so + row * lds, y, yo + row * ldy);
    }
  }

  /** Six rows of a panel: y = start + a b, where a's rows and columns have any strides. */
  private static void tile6(
      int k,
      float[] a,
      int ao,
      int rowStride,
      int stride,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      int lds,
      float[] y,
      int yo,
      int ldy) {
    FloatVector y00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector y01 = FloatVector.fromArray(SPECIES, start, so + LANES);
    FloatVector y02 = FloatVector.fromArray(SPECIES, start, so + 2 * LANES);
    FloatVector y03 = FloatVector.fromArray(SPECIES, start, so + 3 * LANES);
    FloatVector y10 = FloatVector.fromArray(SPECIES, start, so + lds);
    FloatVector y11 = FloatVector.fromArray(SPECIES, start, so + lds + LANES);
    FloatVector y12 = FloatVector.fromArray(SPECIES, start, so + lds + 2 * LANES);
    FloatVector y13 = FloatVector.fromArray(SPECIES, start, so + lds + 3 * LANES);
    FloatVector y20 = FloatVector.fromArray(SPECIES, start, so + 2 * lds);
    FloatVector y21 = FloatVector.fromArray(SPECIES, start, so + 2 * lds + LANES);
    FloatVector y22 = FloatVector.fromArray(SPECIES, start, so + 2 * lds + 2 * LANES);
    FloatVector y23 = FloatVector.fromArray(SPECIES, start, so + 2 * lds + 3 * LANES);
    FloatVector y30 = FloatVector.fromArray(SPECIES, start, so + 3 * lds);
    FloatVector y31 = FloatVector.fromArray(SPECIES, start, so + 3 * lds + LANES);
    FloatVector y32 = FloatVector.fromArray(SPECIES, start, so + 3 * lds + 2 * LANES);
    FloatVector y33 = FloatVector.fromArray(SPECIES, start, so + 3 * lds + 3 * LANES);
    FloatVector y40 = FloatVector.fromArray(SPECIES, start, so + 4 * lds);
    FloatVector y41 = FloatVector.fromArray(SPECIES, start, so + 4 * lds + LANES);
    FloatVector y42 = FloatVector.fromArray(SPECIES, start, so + 4 * lds + 2 * LANES);
    FloatVector y43 = FloatVector.fromArray(SPECIES, start, so + 4 * lds + 3 * LANES);
    FloatVector y50 = FloatVector.fromArray(SPECIES, start, so + 5 * lds);
    FloatVector y51 = FloatVector.fromArray(SPECIES, start, so + 5 * lds + LANES);
    FloatVector y52 = FloatVector.fromArray(SPECIES, start, so + 5 * lds + 2 * LANES);
    FloatVector y53 = FloatVector.fromArray(SPECIES, start, so + 5 * lds + 3 * LANES);
    for (int i = 0; i < k; i++) {
      int from = bo + i * ldb;
      int at = ao + i * stride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, from + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, from + 3 * LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      y00 = a0.fma(b0, y00);
      y01 = a0.fma(b1, y01);
      y02 = a0.fma(b2, y02);
      y03 = a0.fma(b3, y03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + rowStride]);
      y10 = a1.fma(b0, y10);
      y11 = a1.fma(b1, y11);
      y12 = a1.fma(b2, y12);
      y13 = a1.fma(b3, y13);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * rowStride]);
      y20 = a2.fma(b0, y20);
      y21 = a2.fma(b1, y21);
      y22 = a2.fma(b2, y22);
      y23 = a2.fma(b3, y23);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * rowStride]);
      y30 = a3.fma(b0, y30);
      y31 = a3.fma(b1, y31);
      y32 = a3.fma(b2, y32);
      y33 = a3.fma(b3, y33);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4 * rowStride]);
      y40 = a4.fma(b0, y40);
      y41 = a4.fma(b1, y41);
      y42 = a4.fma(b2, y42);
      y43 = a4.fma(b3, y43);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5 * rowStride]);
      y50 = a5.fma(b0, y50);
      y51 = a5.fma(b1, y51);
      y52 = a5.fma(b2, y52);
      y53 = a5.fma(b3, y53);
    }
    y00.intoArray(y, yo);
    y01.intoArray(y, yo + LANES);
    y02.intoArray(y, yo + 2 * LANES);
    y03.intoArray(y, yo + 3 * LANES);
    y10.intoArray(y, yo + ldy);
    y11.intoArray(y, yo + ldy + LANES);
    y12.intoArray(y, yo + ldy + 2 * LANES);
    y13.intoArray(y, yo + ldy + 3 * LANES);
    y20.intoArray(y, yo + 2 * ldy);
    y21.intoArray(y, yo + 2 * ldy + LANES);
    y22.intoArray(y, yo + 2 * ldy + 2 * LANES);
    y23.intoArray(y, yo + 2 * ldy + 3 * LANES);
    y30.intoArray(y, yo + 3 * ldy);
    y31.intoArray(y, yo + 3 * ldy + LANES);
    y32.intoArray(y, yo + 3 * ldy + 2 * LANES);
    y33.intoArray(y, yo + 3 * ldy + 3 * LANES);
    y40.intoArray(y, yo + 4 * ldy);
    y41.intoArray(y, yo + 4 * ldy + LANES);
    y42.intoArray(y, yo + 4 * ldy + 2 * LANES);
    y43.intoArray(y, yo + 4 * ldy + 3 * LANES);
    y50.intoArray(y, yo + 5 * ldy);
    y51.intoArray(y, yo + 5 * ldy + LANES);
    y52.intoArray(y, yo + 5 * ldy + 2 * LANES);
    y53.intoArray(y, yo + 5 * ldy + 3 * LANES);
  }

  /** Two rows of a panel: y = start + a b, where a's rows and columns have any strides. */
  private static void tile2(
      int k,
      float[] a,
      int ao,
      int rowStride,
      int stride,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      int lds,
      float[] y,
      int yo,
      int ldy) {
    FloatVector y00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector y01 = FloatVector.fromArray(SPECIES, start, so + LANES);
    FloatVector y02 = FloatVector.fromArray(SPECIES, start, so + 2 * LANES);
    FloatVector y03 = FloatVector.fromArray(SPECIES, start, so + 3 * LANES);
    FloatVector y10 = FloatVector.fromArray(SPECIES, start, so + lds);
    FloatVector y11 = FloatVector.fromArray(SPECIES, start, so + lds + LANES);
    FloatVector y12 = FloatVector.fromArray(SPECIES, start, so + lds + 2 * LANES);
    FloatVector y13 = FloatVector.fromArray(SPECIES, start, so + lds + 3 * LANES);
    for (int i = 0; i < k; i++) {
      int from = bo + i * ldb;
      int at = ao + i * stride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, from + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, from + 3 * LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      y00 = a0.fma(b0, y00);
      y01 = a0.fma(b1, y01);
      y02 = a0.fma(b2, y02);
      y03 = a0.fma(b3, y03);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + rowStride]);
      y10 = a1.fma(b0, y10);
      y11 = a1.fma(b1, y11);
      y12 = a1.fma(b2, y12);
      y13 = a1.fma(b3, y13);
    }
    y00.intoArray(y, yo);
    y01.intoArray(y, yo + LANES);
    y02.intoArray(y, yo + 2 * LANES);
    y03.intoArray(y, yo + 3 * LANES);
    y10.intoArray(y, yo + ldy);
    y11.intoArray(y, yo + ldy + LANES);
    y12.intoArray(y, yo + ldy + 2 * LANES);
    y13.intoArray(y, yo + ldy + 3 * LANES);
  }

  /** One row of a panel: y = start + a b, where a's rows and columns have any strides. */
  private static void tile1(
      int k,
      float[] a,
      int ao,
      int stride,
      float[] b,
      int bo,
      int ldb,
      float[] start,
      int so,
      float[] y,
      int yo) {
    FloatVector y00 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector y01 = FloatVector.fromArray(SPECIES, start, so + LANES);
    FloatVector y02 = FloatVector.fromArray(SPECIES, start, so + 2 * LANES);
    FloatVector y03 = FloatVector.fromArray(SPECIES, start, so + 3 * LANES);
    for (int i = 0; i < k; i++) {
      int from = bo + i * ldb;
      int at = ao + i * stride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, from + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, from + 3 * LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      y00 = a0.fma(b0, y00);
      y01 = a0.fma(b1, y01);
      y02 = a0.fma(b2, y02);
      y03 = a0.fma(b3, y03);
    }
    y00.intoArray(y, yo);
    y01.intoArray(y, yo + LANES);
    y02.intoArray(y, yo + 2 * LANES);
    y03.intoArray(y, yo + 3 * LANES);
  }
}
