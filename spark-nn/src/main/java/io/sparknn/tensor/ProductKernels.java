package io.sparknn.tensor;

/**
 * Matrix products of which one side serves for many steps, on row-major matrices whose rows start
 * {@code lda}, {@code ldb} ... elements apart. Arguments were checked by {@link PackedMatrix}.
 * Providers agree up to the order of summation.
 */
interface ProductKernels {

  /** Whether a product of m rows with a k by n matrix is worth rearranging that. */
  boolean suits(int m, int n, int k);

  /** The number of columns that are best rearranged and multiplied at a time. */
  int panelColumns();

  /** Rearranges the k by n elements of op(b) for {@link #multiply}. */
  void pack(int k, int n, float[] b, int bo, int ldb, boolean transposeB, float[] packed, int po);

  /**
   * y = start + a &middot; b, with a m by k and a packed b, k by n.
   *
   * @param lds 0 if all rows start from the same one; start may be y itself
   */
  void multiply(
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
      int ldy);

  /** c = c + a' &middot; b, with a k by m and b k by n. */
  void addTransposed(
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
      int ldc);
}
