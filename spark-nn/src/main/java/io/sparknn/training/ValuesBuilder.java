package io.sparknn.training;

import io.sparknn.training.RowBlock.Values;
import java.util.Arrays;

/**
 * Collects a column's values, row after row. Rows stay as they come until a sparse one is there:
 * then all are sparse, so that a few dense rows never make a whole block of long rows dense.
 */
public final class ValuesBuilder {
  private static final int MOST = Integer.MAX_VALUE - 8;

  private float[] data = {};
  private int[] indices;
  private int[] ends;
  private int rows;
  private int width;

  /** For about so many rows. */
  public ValuesBuilder(int rows) {
    ends = new int[rows];
  }

  /** For about so many rows and values. */
  public ValuesBuilder(int rows, int values) {
    this(rows);
    data = new float[values];
  }

  /** Whether values that are 0 are left out. */
  public boolean isSparse() {
    return indices != null;
  }

  public int rows() {
    return rows;
  }

  /** The number of values that are there. */
  public int size() {
    return rows == 0 ? 0 : ends[rows - 1];
  }

  /** Where a row's values start in {@link #dense}. */
  int start(int row) {
    if (isSparse()) {
      return row * width;
    }
    return row == 0 ? 0 : ends[row - 1];
  }

  /** The number of a row's values in {@link #dense}. */
  int length(int row) {
    return isSparse() ? width : ends[row] - start(row);
  }

  /** The last value. */
  public float last() {
    return data[size() - 1];
  }

  /** The values, with some room behind them. */
  public float[] data() {
    return data;
  }

  /** The places of the values in their rows, with some room behind them; null if not sparse. */
  public int[] indices() {
    return indices;
  }

  /** Makes room for so many more values, to be written behind {@link #size}. */
  public void reserve(int more) {
    int size = size() + more;
    if (data.length < size) {
      // Enough for all rows if they are equally long.
      long all = size + (long) more * Math.max(0, ends.length - rows - 1);
      long capacity = data.length == 0 ? all : Math.max(size, 2L * data.length);
      data = Arrays.copyOf(data, (int) Math.min(capacity, MOST));
      if (isSparse()) {
        indices = Arrays.copyOf(indices, data.length);
      }
    }
  }

  /** Ends a row of so many values, which have been written. */
  public void endRow(int count) {
    int end = size() + count;
    if (rows == ends.length) {
      ends = Arrays.copyOf(ends, Math.max(16, 2 * rows));
    }
    ends[rows++] = end;
  }

  /** Leaves out the values that are 0 from now on, also of rows that are there. */
  public void makeSparse(int width) {
    this.width = width;
    if (isSparse()) {
      return;
    }
    indices = new int[data.length];
    int size = 0;
    int start = 0;
    for (int row = 0; row < rows; row++) {
      int end = ends[row];
      for (int i = start; i < end; i++) {
        if (data[i] != 0) {
          indices[size] = i - start;
          data[size] = data[i];
          size++;
        }
      }
      start = end;
      ends[row] = size;
    }
  }

  /** Adds a row. */
  public void add(Values values, int row) {
    if (values.isSparse()) {
      makeSparse(values.width());
    }
    int start = values.start(row);
    int length = values.length(row);
    reserve(length);
    int size = size();
    if (values.isSparse()) {
      System.arraycopy(values.data(), start, data, size, length);
      System.arraycopy(values.indices(), start, indices, size, length);
      endRow(length);
    } else if (isSparse()) {
      addDense(values.data(), start, length);
    } else {
      System.arraycopy(values.data(), start, data, size, length);
      endRow(length);
    }
  }

  private void addDense(float[] from, int start, int length) {
    int size = size();
    int count = 0;
    for (int i = 0; i < length; i++) {
      if (from[start + i] != 0) {
        indices[size + count] = i;
        data[size + count] = from[start + i];
        count++;
      }
    }
    endRow(count);
  }

  /**
   * The values without spare room, and with those that are 0 if all take less so.
   *
   * @param isEven whether all rows have equally many
   */
  public Values build(boolean isEven) {
    int size = size();
    if (!isSparse()) {
      return new Values(rows, trim(data, size), isEven ? null : trim(ends, rows));
    }
    if (2L * size + rows < (long) rows * width) {
      return new Values(rows, trim(data, size), trim(ends, rows), trim(indices, size), width);
    }
    return Values.even(rows, dense(rows * width));
  }

  /** All values, also those that are 0. */
  public float[] dense() {
    return isSparse() ? dense(rows * width) : trim(data, size());
  }

  private float[] dense(int total) {
    float[] dense = new float[total];
    int start = 0;
    for (int row = 0; row < rows; row++) {
      for (int i = start; i < ends[row]; i++) {
        dense[row * width + indices[i]] = data[i];
      }
      start = ends[row];
    }
    return dense;
  }

  private static float[] trim(float[] array, int length) {
    return array.length == length ? array : Arrays.copyOf(array, length);
  }

  private static int[] trim(int[] array, int length) {
    return array.length == length ? array : Arrays.copyOf(array, length);
  }
}
