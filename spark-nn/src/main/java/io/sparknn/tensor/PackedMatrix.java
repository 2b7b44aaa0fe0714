package io.sparknn.tensor;

import java.util.Locale;

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

  /** The shape of the memory that {@link #multiplyOnce} takes. */
  public static Shape panel(Tensor matrix) {
    return Shape.of(matrix.rows(), Math.min(KERNELS.panelColumns(), matrix.columns()));
  }

  /**
   * y[r] = x[r] &middot; matrix + v, for a matrix that is rearranged panel by panel, as it is
   * multiplied.
   *
   * @param v null for 0
   * @param memory of the shape {@link #panel}
   */
  public static void multiplyOnce(Tensor x, Tensor matrix, Tensor v, Tensor memory, Tensor y) {
    int rows = matrix.rows();
    int columns = matrix.columns();
    check(x, rows, columns, y);
    if (!memory.shape().equals(panel(matrix)) || (v != null && v.size() != columns)) {
      throw new IllegalArgumentException(
          "a matrix %s does not fit a panel %s and a vector %s"
              .formatted(matrix.shape(), memory.shape(), v == null ? null : v.shape()));
    }
    if (v == null) {
      Maths.fill(y, 0);
    }
    float[] start = v == null ? y.data() : v.data();
    int so = v == null ? y.offset() : v.offset();
    int width;
    for (int c = 0; c < columns; c += width) {
      width = Math.min(memory.columns(), columns - c);
      int from = matrix.offset() + c;
      float[] packed = memory.data();
      KERNELS.pack(rows, width, matrix.data(), from, columns, false, packed, memory.offset());
      KERNELS.multiply(
          x.rows(),
          width,
          rows,
          x.data(),
          x.offset(),
          rows,
          packed,
          memory.offset(),
          start,
          so + c,
          v == null ? columns : 0,
          y.data(),
          y.offset() + c,
          columns);
    }
  }

  private static void check(Tensor x, int rows, int columns, Tensor y) {
    if (x.columns() != rows || y.columns() != columns || x.rows() != y.rows()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a packed matrix of %d by %d multiplies [m, %d] to [m, %d]; received %s and %s",
              rows,
              columns,
              rows,
              columns,
              x.shape(),
              y.shape()));
    }
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
    check(x, rows, columns, y);
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
