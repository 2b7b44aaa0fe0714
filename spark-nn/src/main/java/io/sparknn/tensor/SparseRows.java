package io.sparknn.tensor;

import java.io.Serializable;
import java.util.Arrays;

/** The rows of a matrix that are not 0, by their index. Not thread-safe. */
public final class SparseRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int width;
  private int count;
  private int[] indices = {};
  private float[] values = {};

  /** For each row of the matrix, one more than its place among those that are not 0; or 0. */
  private transient int[] places = {};

  /** No rows, of {@code width} elements each. */
  public SparseRows(int width) {
    this.width = width;
  }

  /** The number of rows that are not 0. */
  public int count() {
    return count;
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

  /** Adds all rows of another matrix of the same width. */
  public void add(SparseRows other) {
    for (int i = 0; i < other.count; i++) {
      add(other.indices[i], other.values, i * width);
    }
  }

  /** Receives a row. */
  public interface Visitor {
    /** Visits a row whose elements start at {@code offset}. */
    void visit(int row, float[] values, int offset);
  }

  /** Visits the first rows in order, also those that are 0. */
  public void visit(int rows, Visitor visitor) {
    float[] zeros = new float[width];
    for (int row = 0; row < rows; row++) {
      int place = row < places.length ? places[row] : 0;
      if (place == 0) {
        visitor.visit(row, zeros, 0);
      } else {
        visitor.visit(row, values, (place - 1) * width);
      }
    }
  }

  /** Adds the rows to a matrix that starts at {@code offset}. */
  public void addTo(float[] to, int offset) {
    for (int i = 0; i < count; i++) {
      Maths.addScaled(1, values, i * width, to, offset + indices[i] * width, width);
    }
  }

  /** Makes all rows 0, and keeps the memory. */
  public void clear() {
    for (int i = 0; i < count; i++) {
      places[indices[i]] = 0;
    }
    count = 0;
  }

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
