package io.sparknn.tensor;

/**
 * The right side of many products: rearranged once, as the kernels read it fastest. Arguments are
 * checked as {@link Maths} does it.
 */
public final class PackedMatrix {
  private static final ProductKernels KERNELS = Maths.KERNELS.products();

  private final int rows;
  private final int columns;
  private final Tensor packed;
  private final float[] zeros;

  /**
   * A matrix, for now without elements.
   *
   * @param memory of the matrix's shape; what it holds is lost
   */
  public PackedMatrix(Tensor memory) {
    rows = memory.rows();
    columns = memory.columns();
    packed = memory;
    zeros = new float[columns];
  }

  /** Whether products of so many rows with a matrix gain by packing it. */
  public static boolean suits(int rows, Tensor matrix) {
    return KERNELS.suits(rows, matrix.columns(), matrix.rows());
  }

  /**
   * Copies the elements of a part of a wider matrix, whose rows start {@code stride} elements
   * apart.
   *
   * @param transposed whether rows are to become columns
   */
  public void take(float[] data, int offset, int stride, boolean transposed) {
    Maths.checkRange(
        "take", data, offset, transposed ? columns : rows, transposed ? rows : columns, stride);
    KERNELS.pack(rows, columns, data, offset, stride, transposed, packed.data(), packed.offset());
  }

  /** y = x &middot; this. */
  public void multiply(Tensor x, Tensor y) {
    multiply(x, zeros, 0, 0, y);
  }

  /** y[r] = x[r] &middot; this + v. */
  public void multiply(Tensor x, float[] v, int vo, Tensor y) {
    Maths.checkRange("multiply", v, vo, columns);
    multiply(x, v, vo, 0, y);
  }

  /** y = y + x &middot; this. */
  public void addProduct(Tensor x, Tensor y) {
    multiply(x, y.data(), y.offset(), columns, y);
  }

  private void multiply(Tensor x, float[] start, int so, int lds, Tensor y) {
    if (x.columns() != rows || y.columns() != columns || x.rows() != y.rows()) {
      throw new IllegalArgumentException(
          "a packed matrix of %d by %d multiplies [m, %d] to [m, %d]; received %s and %s"
              .formatted(rows, columns, rows, columns, x.shape(), y.shape()));
    }
    KERNELS.multiply(
        x.rows(),
        columns,
        rows,
        x.data(),
        x.offset(),
        rows,
        packed.data(),
        packed.offset(),
        start,
        so,
        lds,
        y.data(),
        y.offset(),
        columns);
  }

  /** c = c + a' &middot; b, where the rows of c start {@code ldc} elements apart. */
  public static void addTransposed(Tensor a, Tensor b, float[] c, int co, int ldc) {
    int m = a.columns();
    int n = b.columns();
    int k = a.rows();
    if (k != b.rows()) {
      throw new IllegalArgumentException(
          "addTransposed takes matrices [k, m] and [k, n]; received %s and %s"
              .formatted(a.shape(), b.shape()));
    }
    Maths.checkRange("addTransposed", c, co, m, n, ldc);
    KERNELS.addTransposed(m, n, k, a.data(), a.offset(), m, b.data(), b.offset(), n, c, co, ldc);
  }
}
