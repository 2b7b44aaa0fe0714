package io.sparknn.training;

import io.sparknn.training.RowBlock.Values;
import java.util.Arrays;

/** A column's values of some rows, one row after another. */
final class Gathered {
  private final int[] ends;
  private float[] data = {};
  private int rows;

  /** Room for so many rows. */
  Gathered(int rows) {
    ends = new int[rows];
  }

  void add(Values values, int row) {
    int length = values.length(row);
    int start = start(rows);
    if (data.length < start + length) {
      // Enough for all rows if they are equally long.
      data = Arrays.copyOf(data, Math.max(2 * data.length, start + length * (ends.length - rows)));
    }
    System.arraycopy(values.data(), values.start(row), data, start, length);
    ends[rows++] = start + length;
  }

  int start(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  int length(int row) {
    return ends[row] - start(row);
  }

  float[] data() {
    return data;
  }

  /** The numbers of steps of the rows. */
  int[] steps(int stepSize) {
    int[] steps = new int[rows];
    Arrays.setAll(steps, row -> length(row) / stepSize);
    return steps;
  }

  /** Without spare capacity. */
  float[] exact() {
    int end = start(rows);
    return data.length == end ? data : Arrays.copyOf(data, end);
  }

  Values values() {
    return new Values(rows, data, ends);
  }
}
