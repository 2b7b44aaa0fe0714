package io.sparknn.tensor;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/** The rows of a matrix that are not 0, by their index. Not thread-safe. */
public final class SparseRows implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Rows are visited so many elements at a time, or one row. */
  private static final int BLOCK = 1024;

  private final int width;
  private int count;
  private int[] indices = {};
  private float[] values = {};

  /** For each row of the matrix, one more than its place among those that are not 0; or 0. */
  private transient int[] places = {};

  // Of the last rows that were added together: for each its place, the rows of the matrix by place,
  // and where those of each place end.
  private transient int[] placed = {};
  private transient int[] grouped = {};
  private transient int[] ends = {};

  /** No rows, of {@code width} elements each. */
  public SparseRows(int width) {
    this.width = width;
  }

  /** The number of rows that are not 0. */
  public int count() {
    return count;
  }

  /** The number of elements of a row. */
  public int width() {
    return width;
  }

  /** Adds {@code width} elements to a row. */
  public void add(int row, float[] from, int offset) {
    if (row < places.length && places[row] > 0) {
      Maths.addScaled(1, from, offset, values, (places[row] - 1) * width, width);
    } else {
      append(row);
      System.arraycopy(from, offset, values, (count - 1) * width, width);
    }
  }

  /** Adds {@code factor} times {@code width} elements to a row. */
  void add(int row, float factor, float[] from, int offset) {
    if (row < places.length && places[row] > 0) {
      Maths.KERNELS.addScaled(factor, from, offset, values, (places[row] - 1) * width, width);
    } else {
      append(row);
      Maths.KERNELS.scale(factor, from, offset, values, (count - 1) * width, width);
    }
  }

  /**
   * Adds rows of a matrix. Those for one row of this are summed up together, so that none is read
   * or written more than once.
   *
   * @param rows to which to add, the first {@code n} of them
   * @param sources for each, the row of the matrix that is added
   */
  public void add(int[] rows, int[] sources, int n, Tensor matrix) {
    int before = count;
    group(rows, sources, n, matrix.rows());
    int from = 0;
    for (int place = 0; place < count; place++) {
      int end = ends[place];
      if (place < before) {
        for (int i = from; i < end; i++) {
          int source = matrix.offset() + grouped[i] * width;
          Maths.KERNELS.addScaled(1, matrix.data(), source, values, place * width, width);
        }
      } else if (end == from + 1) {
        int source = matrix.offset() + grouped[from] * width;
        System.arraycopy(matrix.data(), source, values, place * width, width);
      } else {
        Maths.KERNELS.sumOfRows(
            1, matrix.data(), matrix.offset(), grouped, from, end, values, place * width, width);
      }
      from = end;
    }
  }

  /** Finds places for rows, and sorts their sources by place, otherwise in this order. */
  private void group(int[] rows, int[] sources, int n, int sourceCount) {
    if (placed.length < n) {
      placed = new int[n];
      grouped = new int[n];
    }
    for (int i = 0; i < n; i++) {
      if (rows[i] >= places.length || places[rows[i]] == 0) {
        append(rows[i]);
      }
      placed[i] = places[rows[i]] - 1;
    }
    if (ends.length < count) {
      ends = new int[indices.length];
    }
    Arrays.fill(ends, 0, count, 0);
    for (int i = 0; i < n; i++) {
      ends[placed[i]]++;
    }
    int start = 0;
    for (int place = 0; place < count; place++) {
      int next = start + ends[place];
      ends[place] = start;
      start = next;
    }
    for (int i = 0; i < n; i++) {
      grouped[ends[placed[i]]] = Objects.checkIndex(sources[i], sourceCount);
      ends[placed[i]]++;
    }
  }

  /** Adds all rows of another matrix of the same width. */
  public void add(SparseRows other) {
    for (int i = 0; i < other.count; i++) {
      add(other.indices[i], other.values, i * width);
    }
  }

  /** Receives some rows. */
  public interface Visitor {
    /** Visits {@code count} rows whose elements follow one another, from the array's first on. */
    void visit(int row, int count, float[] values);
  }

  /** Visits the first rows in order, also those that are 0. */
  public void visit(int rows, Visitor visitor) {
    int most = Math.max(1, BLOCK / width);
    float[] block = new float[most * width];
    boolean isZero = true;
    for (int first = 0; first < rows; first += most) {
      int n = Math.min(most, rows - first);
      if (!isZero) {
        Arrays.fill(block, 0);
        isZero = true;
      }
      int end = Math.min(n, places.length - first);
      for (int i = 0; i < end; i++) {
        int place = places[first + i];
        if (place > 0) {
          System.arraycopy(values, (place - 1) * width, block, i * width, width);
          isZero = false;
        }
      }
      visitor.visit(first, n, block);
    }
  }

  /** Adds the rows to a matrix that starts at {@code offset}. */
  public void addTo(float[] to, int offset) {
    for (int i = 0; i < count; i++) {
      Maths.addScaled(1, values, i * width, to, offset + indices[i] * width, width);
    }
  }

  /** The sum of the squares of all elements. */
  public double squareSum() {
    return Maths.dot(values, 0, values, 0, count * width);
  }

  /** The number of bytes that {@link #write} writes. */
  public long bytes() {
    return (1 + (long) count * (1 + width)) * Float.BYTES;
  }

  /** Writes the rows that are not 0. */
  public void write(ByteBuffer to) {
    to.putInt(count);
    for (int i = 0; i < count; i++) {
      to.putInt(indices[i]);
    }
    Floats.write(values, count * width, to);
  }

  /**
   * Reads rows of this width that {@link #write} wrote, in place of those that were here.
   *
   * @param rows the number of rows of the matrix
   * @throws IllegalArgumentException if they are not rows of that
   */
  public void read(ByteBuffer from, int rows) {
    clear();
    int read = from.getInt();
    if (read < 0 || read > rows || (long) read * (1 + width) * Float.BYTES > from.remaining()) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "there are no %d rows to read", read));
    }
    for (int i = 0; i < read; i++) {
      int row = from.getInt();
      if (row < 0 || row >= rows || (row < places.length && places[row] > 0)) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "row %d is there twice, or not one of %d", row, rows));
      }
      append(row);
    }
    Floats.read(from, values, read * width);
  }

  /** Makes all rows 0, and keeps the memory. */
  public void clear() {
    for (int i = 0; i < count; i++) {
      places[indices[i]] = 0;
    }
    count = 0;
  }

  /** Makes a place for a row, whose values are those of an older one. */
  private void append(int row) {
    if (row >= places.length) {
      places = Arrays.copyOf(places, Math.max(row + 1, 2 * places.length));
    }
    if (count == indices.length) {
      int capacity = Math.max(16, 2 * count);
      indices = Arrays.copyOf(indices, capacity);
      values = Arrays.copyOf(values, capacity * width);
    }
    indices[count] = row;
    count++;
    places[row] = count;
  }

  /** Leaves out the spare capacity. */
  private Object writeReplace() {
    SparseRows trimmed = new SparseRows(width);
    trimmed.count = count;
    trimmed.indices = Arrays.copyOf(indices, count);
    trimmed.values = Arrays.copyOf(values, count * width);
    return trimmed;
  }

  private Object readResolve() {
    SparseRows read = new SparseRows(width);
    read.count = count;
    read.indices = indices;
    read.values = values;
    read.places = new int[Arrays.stream(indices).max().orElse(-1) + 1];
    for (int i = 0; i < count; i++) {
      read.places[indices[i]] = i + 1;
    }
    return read;
  }
}
