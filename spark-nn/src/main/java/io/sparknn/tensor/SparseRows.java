package io.sparknn.tensor;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The rows of a matrix that are not 0, by their index. Not thread-safe. */
public final class SparseRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int width;
  private final Map<Integer, Integer> places = new HashMap<>();
  private int[] indices = {};
  private float[] values = {};

  /** No rows, of {@code width} elements each. */
  public SparseRows(int width) {
    this.width = width;
  }

  /** The number of rows that are not 0. */
  public int count() {
    return places.size();
  }

  /** Adds {@code width} elements to a row. */
  public void add(int row, float[] from, int offset) {
    // First, since finding the place may replace the array.
    int place = place(row);
    Maths.addScaled(1, from, offset, values, place * width, width);
  }

  /** Adds all rows of another matrix of the same width. */
  public void add(SparseRows other) {
    for (int i = 0; i < other.count(); i++) {
      add(other.indices[i], other.values, i * width);
    }
  }

  /** Adds the rows to a matrix that starts at {@code offset}. */
  public void addTo(float[] to, int offset) {
    for (int i = 0; i < count(); i++) {
      Maths.addScaled(1, values, i * width, to, offset + indices[i] * width, width);
    }
  }

  private int place(int row) {
    Integer known = places.get(row);
    if (known != null) {
      return known;
    }
    int place = places.size();
    if (place == indices.length) {
      int capacity = Math.max(16, 2 * place);
      indices = Arrays.copyOf(indices, capacity);
      values = Arrays.copyOf(values, capacity * width);
    }
    indices[place] = row;
    places.put(row, place);
    return place;
  }

  /** Leaves out the spare capacity. */
  private Object writeReplace() {
    SparseRows trimmed = new SparseRows(width);
    trimmed.places.putAll(places);
    trimmed.indices = Arrays.copyOf(indices, count());
    trimmed.values = Arrays.copyOf(values, count() * width);
    return trimmed;
  }
}
