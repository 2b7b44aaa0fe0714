package io.sparknn.training;

import java.io.Serializable;

/**
 * Rows packed for training.
 *
 * @param inputs for each input of the network, its values
 * @param labels the labels
 * @param weights one for each row
 */
public record RowBlock(int rows, Values[] inputs, Values labels, float[] weights)
    implements Serializable {

  /**
   * Blocks have whole rows of up to so many numbers, 400 KB, or a few greater rows. That is well
   * below half of the heap's smallest regions, beyond which an array takes regions of its own. And
   * Java's serialisation holds on to a hundred blocks that it writes or reads.
   */
  public static final int NUMBERS = 100 << 10;

  /** So many greater rows may share a block. */
  private static final int GREAT_ROWS = 3;

  /** No more of them beyond this number of numbers. */
  private static final int GREAT_NUMBERS = 1 << 20;

  /**
   * How many numbers a block may have whose first row has so many. An array of great rows takes
   * regions of the heap whose size is a power of two, so their number is such that it fills them
   * best: one that is just beyond a power of two would take twice its size.
   */
  public static int numbers(int firstRow) {
    if (firstRow <= NUMBERS) {
      return NUMBERS;
    }
    int best = firstRow;
    for (long rows = 2; rows <= GREAT_ROWS && rows * firstRow <= GREAT_NUMBERS; rows++) {
      if (filling(rows * firstRow) > filling(best)) {
        best = (int) rows * firstRow;
      }
    }
    return best;
  }

  /** The share of the next power of two that an array takes, with its header. */
  private static double filling(long numbers) {
    long bytes = 2 * Long.BYTES + Float.BYTES * numbers;
    return (double) bytes / (Long.highestOneBit(bytes - 1) << 1);
  }

  /** The number of bytes of all values, labels and weights. */
  public long bytes() {
    long bytes = labels.bytes() + (long) Float.BYTES * weights.length;
    for (Values values : inputs) {
      bytes += values.bytes();
    }
    return bytes;
  }

  /**
   * The values of a column, row after row without padding: all of them or, where most are 0, those
   * that are not.
   *
   * @param ends where each row's values end in {@code data}; null if all rows have equally many
   * @param indices if those that are 0 are left out, the places of the others in their rows, in
   *     ascending order in each; else null
   * @param width if they are left out, the number of a row's values with them; else 0
   */
  public record Values(int rows, float[] data, int[] ends, int[] indices, int width)
      implements Serializable {

    /** All values. */
    public Values(int rows, float[] data, int[] ends) {
      this(rows, data, ends, null, 0);
    }

    /** Rows of equally many values. */
    public static Values even(int rows, float[] data) {
      return new Values(rows, data, null);
    }

    /** Whether those values that are 0 are left out. */
    public boolean isSparse() {
      return indices != null;
    }

    /** Where a row's values start in {@code data}. */
    public int start(int row) {
      if (ends == null) {
        return row * (data.length / rows);
      }
      return row == 0 ? 0 : ends[row - 1];
    }

    /** The number of a row's values in {@code data}. */
    public int length(int row) {
      return ends == null ? data.length / rows : ends[row] - start(row);
    }

    /** The number of a row's values, also of those that are left out. */
    public int size(int row) {
      return isSparse() ? width : length(row);
    }

    /** The number of bytes that they take. */
    public long bytes() {
      long numbers = data.length;
      numbers += ends == null ? 0 : ends.length;
      numbers += indices == null ? 0 : indices.length;
      return Float.BYTES * numbers;
    }
  }
}
