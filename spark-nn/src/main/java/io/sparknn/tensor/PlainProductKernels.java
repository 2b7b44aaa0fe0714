package io.sparknn.tensor;

/** Products by the BLAS; packed matrices only lose their gaps. */
final class PlainProductKernels implements ProductKernels {

  @Override
  public boolean suits(int m, int n, int k) {
    return false;
  }

  @Override
  public int panelColumns() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void pack(
      int k, int n, float[] b, int bo, int ldb, boolean transposeB, float[] packed, int po) {
    for (int row = 0; row < k; row++) {
      if (transposeB) {
        for (int c = 0; c < n; c++) {
          packed[po + row * n + c] = b[bo + c * ldb + row];
        }
      } else {
        System.arraycopy(b, bo + row * ldb, packed, po + row * n, n);
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
      float[] packed,
      int po,
      float[] start,
      int so,
      int lds,
      float[] y,
      int yo,
      int ldy) {
    if (start != y || so != yo) {
      for (int row = 0; row < m; row++) {
        System.arraycopy(start, so + row * lds, y, yo + row * ldy, n);
      }
    }
    Maths.multiply(
        Blas.instance(), m, n, k, a, ao, lda, false, packed, po, n, false, 1f, 1f, y, yo, ldy);
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
    Maths.multiply(
        Blas.instance(), m, n, k, a, ao, lda, true, b, bo, ldb, false, 1f, 1f, c, co, ldc);
  }
}
