package io.sparknn.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products by tiles whose sums stay in the 32 registers that only processors with vectors of 512
 * bits have. Packed, b lies in panels of four vectors' columns, then of two's and one's; in each,
 * its rows follow one another. Columns that do not fill panels are left to {@link
 * PlainProductKernels}.
 */
final class VectorProductKernels implements ProductKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int PANEL = 4 * LANES;
  private static final int PAIR = 2 * LANES;

  /** So many products are summed up before the sums go back to memory. */
  private static final int BLOCK = 256;

  private static final PlainProductKernels TAIL = new PlainProductKernels();

  /** With fewer, rearranging costs more than it saves. */
  private static final int MIN_ROWS = 48;

  /** From here on the BLAS' own rearranging costs little, and wide results are quicker there. */
  private static final int MANY_ROWS = 1024;

  /**
   * How many of {@code n} columns are in panels. If the BLAS must be called at all, it gets all
   * that do not fill wide ones: it is slow on a few columns.
   */
  private static int inPanels(int n) {
    return n % LANES == 0 ? n : n / PANEL * PANEL;
  }

  private static int width(int column, int end) {
    int left = end - column;
    return left >= PANEL ? PANEL : left >= PAIR ? PAIR : LANES;
  }

  @Override
  public boolean suits(int m, int n, int k) {
    return m >= MIN_ROWS && n % PANEL == 0 && (m < MANY_ROWS || n <= k);
  }

  @Override
  public int panelColumns() {
    return PANEL;
  }

  @Override
  public void pack(
      int k, int n, float[] b, int bo, int ldb, boolean transposeB, float[] packed, int po) {
    int end = inPanels(n);
    int columnStride = transposeB ? ldb : 1;
    for (int c = 0; c < end; c += width(c, end)) {
      TAIL.pack(k, width(c, end), b, bo + c * columnStride, ldb, transposeB, packed, po + c * k);
    }
    TAIL.pack(k, n - end, b, bo + end * columnStride, ldb, transposeB, packed, po + end * k);
  }

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      float[] packed,
      int po,
      float[] start,
      int so,
      int lds,
      float[] y,
      int yo,
      int ldy) {
    int end = inPanels(n);
    int width;
    for (int c = 0; c < end; c += width) {
      width = width(c, end);
      panel(
          width,
          m,
          k,
          a,
          ao,
          lda,
          1,
          packed,
          po + c * k,
          width,
          start,
          so + c,
          lds,
          y,
          yo + c,
          ldy);
    }
    if (end < n) {
      TAIL.multiply(
          m, n - end, k, a, ao, lda, packed, po + end * k, start, so + end, lds, y, yo + end, ldy);
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
    int end = inPanels(n);
    for (int i = 0; i < k; i += BLOCK) {
      int block = Math.min(BLOCK, k - i);
      int at = ao + i * lda;
      int from = bo + i * ldb;
      int width;
      for (int p = 0; p < end; p += width) {
        width = width(p, end);
        int to = co + p;
        panel(width, m, block, a, at, 1, lda, b, from + p, ldb, c, to, ldc, c, to, ldc);
      }
    }
    if (end < n) {
      TAIL.addTransposed(m, n - end, k, a, ao, lda, b, bo + end, ldb, c, co + end, ldc);
    }
  }

  // y = start + a b, where a's rows and columns have any strides

  /** All rows of a panel. */
  private static void panel(
      int width,
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
    if (width == PANEL) {
      wide(m, k, a, ao, rowStride, stride, b, bo, ldb, start, so, lds, y, yo, ldy);
    } else if (width == PAIR) {
      pair(m, k, a, ao, rowStride, stride, b, bo, ldb, start, so, lds, y, yo, ldy);
    } else {
      narrow(m, k, a, ao, rowStride, stride, b, bo, ldb, start, so, lds, y, yo, ldy);
    }
  }

  /** All rows of a panel of four vectors. */
  private static void wide(
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
    for (; row <= m - 6; row += 6) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      wide6(k, a, at, rowStride, stride, b, bo, ldb, start, from, lds, y, yo + row * ldy, ldy);
    }
    for (; row <= m - 2; row += 2) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      wide2(k, a, at, rowStride, stride, b, bo, ldb, start, from, lds, y, yo + row * ldy, ldy);
    }
    for (; row < m; row++) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      wide1(k, a, at, stride, b, bo, ldb, start, from, y, yo + row * ldy);
    }
  }

  /** All rows of a panel of two vectors. */
  private static void pair(
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
    for (; row <= m - 12; row += 12) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      pair12(k, a, at, rowStride, stride, b, bo, ldb, start, from, lds, y, yo + row * ldy, ldy);
    }
    if (row < m) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      int to = yo + row * ldy;
      int left = m - row;
      narrow(left, k, a, at, rowStride, stride, b, bo, ldb, start, from, lds, y, to, ldy);
      from += LANES;
      to += LANES;
      narrow(left, k, a, at, rowStride, stride, b, bo + LANES, ldb, start, from, lds, y, to, ldy);
    }
  }

  /** All rows of a panel of one vector. */
  private static void narrow(
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
    for (; row <= m - 8; row += 8) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      narrow8(k, a, at, rowStride, stride, b, bo, ldb, start, from, lds, y, yo + row * ldy, ldy);
    }
    for (; row <= m - 4; row += 4) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      narrow4(k, a, at, rowStride, stride, b, bo, ldb, start, from, lds, y, yo + row * ldy, ldy);
    }
    for (; row < m; row++) {
      int at = ao + row * rowStride;
      int from = so + row * lds;
      narrow1(k, a, at, stride, b, bo, ldb, start, from, y, yo + row * ldy);
    }
  }

  // Tiles are written out: vectors stay in registers only as long as no call is in between

  /** Six rows of four vectors. */
  private static void wide6(
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

  /** Two rows of four vectors. */
  private static void wide2(
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

  /** One row of four vectors. */
  private static void wide1(
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
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, from + 2 * LANES);
      FloatVector b3 = FloatVector.fromArray(SPECIES, b, from + 3 * LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + i * stride]);
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

  /** Twelve rows of two vectors. */
  private static void pair12(
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
    FloatVector y0v0 = FloatVector.fromArray(SPECIES, start, so);
    FloatVector y0v1 = FloatVector.fromArray(SPECIES, start, so + LANES);
    FloatVector y1v0 = FloatVector.fromArray(SPECIES, start, so + lds);
    FloatVector y1v1 = FloatVector.fromArray(SPECIES, start, so + lds + LANES);
    FloatVector y2v0 = FloatVector.fromArray(SPECIES, start, so + 2 * lds);
    FloatVector y2v1 = FloatVector.fromArray(SPECIES, start, so + 2 * lds + LANES);
    FloatVector y3v0 = FloatVector.fromArray(SPECIES, start, so + 3 * lds);
    FloatVector y3v1 = FloatVector.fromArray(SPECIES, start, so + 3 * lds + LANES);
    FloatVector y4v0 = FloatVector.fromArray(SPECIES, start, so + 4 * lds);
    FloatVector y4v1 = FloatVector.fromArray(SPECIES, start, so + 4 * lds + LANES);
    FloatVector y5v0 = FloatVector.fromArray(SPECIES, start, so + 5 * lds);
    FloatVector y5v1 = FloatVector.fromArray(SPECIES, start, so + 5 * lds + LANES);
    FloatVector y6v0 = FloatVector.fromArray(SPECIES, start, so + 6 * lds);
    FloatVector y6v1 = FloatVector.fromArray(SPECIES, start, so + 6 * lds + LANES);
    FloatVector y7v0 = FloatVector.fromArray(SPECIES, start, so + 7 * lds);
    FloatVector y7v1 = FloatVector.fromArray(SPECIES, start, so + 7 * lds + LANES);
    FloatVector y8v0 = FloatVector.fromArray(SPECIES, start, so + 8 * lds);
    FloatVector y8v1 = FloatVector.fromArray(SPECIES, start, so + 8 * lds + LANES);
    FloatVector y9v0 = FloatVector.fromArray(SPECIES, start, so + 9 * lds);
    FloatVector y9v1 = FloatVector.fromArray(SPECIES, start, so + 9 * lds + LANES);
    FloatVector y10v0 = FloatVector.fromArray(SPECIES, start, so + 10 * lds);
    FloatVector y10v1 = FloatVector.fromArray(SPECIES, start, so + 10 * lds + LANES);
    FloatVector y11v0 = FloatVector.fromArray(SPECIES, start, so + 11 * lds);
    FloatVector y11v1 = FloatVector.fromArray(SPECIES, start, so + 11 * lds + LANES);
    for (int i = 0; i < k; i++) {
      int from = bo + i * ldb;
      int at = ao + i * stride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, from + LANES);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      y0v0 = a0.fma(b0, y0v0);
      y0v1 = a0.fma(b1, y0v1);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + rowStride]);
      y1v0 = a1.fma(b0, y1v0);
      y1v1 = a1.fma(b1, y1v1);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * rowStride]);
      y2v0 = a2.fma(b0, y2v0);
      y2v1 = a2.fma(b1, y2v1);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * rowStride]);
      y3v0 = a3.fma(b0, y3v0);
      y3v1 = a3.fma(b1, y3v1);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4 * rowStride]);
      y4v0 = a4.fma(b0, y4v0);
      y4v1 = a4.fma(b1, y4v1);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5 * rowStride]);
      y5v0 = a5.fma(b0, y5v0);
      y5v1 = a5.fma(b1, y5v1);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6 * rowStride]);
      y6v0 = a6.fma(b0, y6v0);
      y6v1 = a6.fma(b1, y6v1);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7 * rowStride]);
      y7v0 = a7.fma(b0, y7v0);
      y7v1 = a7.fma(b1, y7v1);
      FloatVector a8 = FloatVector.broadcast(SPECIES, a[at + 8 * rowStride]);
      y8v0 = a8.fma(b0, y8v0);
      y8v1 = a8.fma(b1, y8v1);
      FloatVector a9 = FloatVector.broadcast(SPECIES, a[at + 9 * rowStride]);
      y9v0 = a9.fma(b0, y9v0);
      y9v1 = a9.fma(b1, y9v1);
      FloatVector a10 = FloatVector.broadcast(SPECIES, a[at + 10 * rowStride]);
      y10v0 = a10.fma(b0, y10v0);
      y10v1 = a10.fma(b1, y10v1);
      FloatVector a11 = FloatVector.broadcast(SPECIES, a[at + 11 * rowStride]);
      y11v0 = a11.fma(b0, y11v0);
      y11v1 = a11.fma(b1, y11v1);
    }
    y0v0.intoArray(y, yo);
    y0v1.intoArray(y, yo + LANES);
    y1v0.intoArray(y, yo + ldy);
    y1v1.intoArray(y, yo + ldy + LANES);
    y2v0.intoArray(y, yo + 2 * ldy);
    y2v1.intoArray(y, yo + 2 * ldy + LANES);
    y3v0.intoArray(y, yo + 3 * ldy);
    y3v1.intoArray(y, yo + 3 * ldy + LANES);
    y4v0.intoArray(y, yo + 4 * ldy);
    y4v1.intoArray(y, yo + 4 * ldy + LANES);
    y5v0.intoArray(y, yo + 5 * ldy);
    y5v1.intoArray(y, yo + 5 * ldy + LANES);
    y6v0.intoArray(y, yo + 6 * ldy);
    y6v1.intoArray(y, yo + 6 * ldy + LANES);
    y7v0.intoArray(y, yo + 7 * ldy);
    y7v1.intoArray(y, yo + 7 * ldy + LANES);
    y8v0.intoArray(y, yo + 8 * ldy);
    y8v1.intoArray(y, yo + 8 * ldy + LANES);
    y9v0.intoArray(y, yo + 9 * ldy);
    y9v1.intoArray(y, yo + 9 * ldy + LANES);
    y10v0.intoArray(y, yo + 10 * ldy);
    y10v1.intoArray(y, yo + 10 * ldy + LANES);
    y11v0.intoArray(y, yo + 11 * ldy);
    y11v1.intoArray(y, yo + 11 * ldy + LANES);
  }

  /** Eight rows of one vector. */
  private static void narrow8(
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
    FloatVector y10 = FloatVector.fromArray(SPECIES, start, so + lds);
    FloatVector y20 = FloatVector.fromArray(SPECIES, start, so + 2 * lds);
    FloatVector y30 = FloatVector.fromArray(SPECIES, start, so + 3 * lds);
    FloatVector y40 = FloatVector.fromArray(SPECIES, start, so + 4 * lds);
    FloatVector y50 = FloatVector.fromArray(SPECIES, start, so + 5 * lds);
    FloatVector y60 = FloatVector.fromArray(SPECIES, start, so + 6 * lds);
    FloatVector y70 = FloatVector.fromArray(SPECIES, start, so + 7 * lds);
    for (int i = 0; i < k; i++) {
      int from = bo + i * ldb;
      int at = ao + i * stride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, from);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      y00 = a0.fma(b0, y00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + rowStride]);
      y10 = a1.fma(b0, y10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * rowStride]);
      y20 = a2.fma(b0, y20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * rowStride]);
      y30 = a3.fma(b0, y30);
      FloatVector a4 = FloatVector.broadcast(SPECIES, a[at + 4 * rowStride]);
      y40 = a4.fma(b0, y40);
      FloatVector a5 = FloatVector.broadcast(SPECIES, a[at + 5 * rowStride]);
      y50 = a5.fma(b0, y50);
      FloatVector a6 = FloatVector.broadcast(SPECIES, a[at + 6 * rowStride]);
      y60 = a6.fma(b0, y60);
      FloatVector a7 = FloatVector.broadcast(SPECIES, a[at + 7 * rowStride]);
      y70 = a7.fma(b0, y70);
    }
    y00.intoArray(y, yo);
    y10.intoArray(y, yo + ldy);
    y20.intoArray(y, yo + 2 * ldy);
    y30.intoArray(y, yo + 3 * ldy);
    y40.intoArray(y, yo + 4 * ldy);
    y50.intoArray(y, yo + 5 * ldy);
    y60.intoArray(y, yo + 6 * ldy);
    y70.intoArray(y, yo + 7 * ldy);
  }

  /** Four rows of one vector. */
  private static void narrow4(
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
    FloatVector y10 = FloatVector.fromArray(SPECIES, start, so + lds);
    FloatVector y20 = FloatVector.fromArray(SPECIES, start, so + 2 * lds);
    FloatVector y30 = FloatVector.fromArray(SPECIES, start, so + 3 * lds);
    for (int i = 0; i < k; i++) {
      int at = ao + i * stride;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + i * ldb);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[at]);
      y00 = a0.fma(b0, y00);
      FloatVector a1 = FloatVector.broadcast(SPECIES, a[at + rowStride]);
      y10 = a1.fma(b0, y10);
      FloatVector a2 = FloatVector.broadcast(SPECIES, a[at + 2 * rowStride]);
      y20 = a2.fma(b0, y20);
      FloatVector a3 = FloatVector.broadcast(SPECIES, a[at + 3 * rowStride]);
      y30 = a3.fma(b0, y30);
    }
    y00.intoArray(y, yo);
    y10.intoArray(y, yo + ldy);
    y20.intoArray(y, yo + 2 * ldy);
    y30.intoArray(y, yo + 3 * ldy);
  }

  /** One row of one vector. */
  private static void narrow1(
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
    for (int i = 0; i < k; i++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bo + i * ldb);
      FloatVector a0 = FloatVector.broadcast(SPECIES, a[ao + i * stride]);
      y00 = a0.fma(b0, y00);
    }
    y00.intoArray(y, yo);
  }
}
