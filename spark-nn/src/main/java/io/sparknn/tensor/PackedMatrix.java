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
   * A matrix of {@code rows} by {@code columns}, for now without elements.
   *
   * @param memory of {@link #packedShape}; what it held is lost
   */
  public PackedMatrix(int rows, int columns, Tensor memory) {
    this.rows = rows;
    this.columns = columns;
    packed = memory;
    zeros = new float[columns];
  }

  /** The shape of the memory that a matrix needs. */
  public static Shape packedShape(int rows, int columns) {
    return Shape.of(KERNELS.packedSize(rows, columns));
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
    multiply(x, zeros, 0, 0, y.data(), y.offset(), y.columns());
  }

  /** y[r] = x[r] &middot; this + v. */
  public void multiply(Tensor x, float[] v, int vo, Tensor y) {
    Maths.checkRange("multiply", v, vo, columns);
    multiply(x, v, vo, 0, y.data(), y.offset(), y.columns());
  }

  /** y = y + x &middot; this. */
  public void addProduct(Tensor x, Tensor y) {
    multiply(x, y.data(), y.offset(), y.columns(), y.data(), y.offset(), y.columns());
  }

  private void multiply(Tensor x, float[] start, int so, int lds, float[] y, int yo, int ldy) {
    if (x.columns() != rows) {
      throw new IllegalArgumentException(
          "a product with a matrix of %d by %d takes rows of %d; received %s"
              .formatted(rows, columns, rows, x.shape()));
    }
    int m = x.rows();
    Maths.checkRange("multiply", y, yo, m, columns, ldy);
    KERNELS.multiply(
        m,
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
        y,
        yo,
        ldy);
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
