package io.sparknn.tensor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * A matrix whose rows are mostly 0, row after row: of each only the elements that are not 0, and
 * their columns. It is filled again and again, and keeps its memory. Not thread-safe.
 */
public final class SparseMatrix {
  private final int columns;
  private int rows;
  private int[] ends = {};
  private int[] indices = {};
  private float[] values = {};

  /** No rows, of so many columns. */
  public SparseMatrix(int columns) {
    this.columns = columns;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** The values of a row. */
  public float[] values(int row) {
    return Arrays.copyOfRange(values, start(row), ends[row]);
  }

  /** The number of elements of the arrays that this holds. */
  public long elements() {
    return (long) ends.length + indices.length + values.length;
  }

  /** Forgets all rows. */
  public void clear() {
    rows = 0;
  }

  /** Begins another row, of 0. */
  public void addRow() {
    if (rows == ends.length) {
      ends = Arrays.copyOf(ends, Math.max(16, 2 * rows));
    }
    ends[rows] = start(rows);
    rows++;
  }

  /**
   * Adds elements to the last row, behind those that are there.
   *
   * @param columns in ascending order
   * @param first what is added to each column
   */
  public void add(int[] columns, float[] from, int offset, int count, int first) {
    if (count == 0) {
      return;
    }
    Objects.checkIndex(first + columns[offset + count - 1], this.columns);
    int end = ends[rows - 1];
    reserve(end + count);
    for (int i = 0; i < count; i++) {
      indices[end + i] = first + columns[offset + i];
    }
    System.arraycopy(from, offset, values, end, count);
    ends[rows - 1] = end + count;
  }

  /**
   * Adds those elements to the last row that are not 0.
   *
   * @param first the column of the first
   */
  public void add(float[] from, int offset, int count, int first) {
    Objects.checkFromIndexSize(first, count, columns);
    int end = ends[rows - 1];
    for (int i = 0; i < count; i++) {
      if (from[offset + i] != 0) {
        reserve(end + 1);
        indices[end] = first + i;
        values[end] = from[offset + i];
        end++;
      }
    }
    ends[rows - 1] = end;
  }

  /** Adds a row of another matrix to the last row. */
  public void add(SparseMatrix other, int row, int first) {
    int start = other.start(row);
    add(other.indices, other.values, start, other.ends[row] - start, first);
  }

  private int start(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  private void reserve(int size) {
    if (size > values.length) {
      int capacity = Math.max(size, 2 * values.length);
      indices = Arrays.copyOf(indices, capacity);
      values = Arrays.copyOf(values, capacity);
    }
  }

  /**
   * y = this * matrix + bias: each row's products are added to the bias in the order of its
   * columns, so that a row's result depends on nothing else.
   *
   * @param bias null for none
   */
  public void multiply(Tensor matrix, Tensor bias, Tensor y) {
    int width = matrix.columns();
    if (matrix.rows() != columns || y.rows() != rows || y.columns() != width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "multiply cannot take (%d, %d), %s, %s",
              rows,
              columns,
              matrix.shape(),
              y.shape()));
    }
    for (int row = 0; row < rows; row++) {
      int to = y.offset() + row * width;
      if (bias == null) {
        Arrays.fill(y.data(), to, to + width, 0);
      } else {
        System.arraycopy(bias.data(), bias.offset(), y.data(), to, width);
      }
      for (int i = start(row); i < ends[row]; i++) {
        int from = matrix.offset() + indices[i] * width;
        Maths.KERNELS.addScaled(values[i], matrix.data(), from, y.data(), to, width);
      }
    }
  }

  /** to = to + this^T * matrix, of which it touches the rows that are not 0. */
  public void addTransposedProduct(Tensor matrix, SparseRows to) {
    int width = matrix.columns();
    if (matrix.rows() != rows || to.width() != width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "addTransposedProduct cannot take (%d, %d)^T, %s to rows of %d",
              rows,
              columns,
              matrix.shape(),
              to.width()));
    }
    for (int row = 0; row < rows; row++) {
      int from = matrix.offset() + row * width;
      for (int i = start(row); i < ends[row]; i++) {
        to.add(indices[i], values[i], matrix.data(), from);
      }
    }
  }
}
