package io.sparknn.training;

import io.sparknn.tensor.Randoms;
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
   * The sum of a hash of each row: its inputs, label and weight. Sums of blocks add up to the same
   * digest, regardless of the order of the rows and of how they are cut into blocks.
   */
  public long digest() {
    long digest = 0;
    for (int row = 0; row < rows; row++) {
      long hash = Float.floatToRawIntBits(weights[row]);
      for (Values input : inputs) {
        hash = Randoms.key(hash, input.sum(row));
      }
      digest += Randoms.key(hash, labels.sum(row));
    }
    return digest;
  }

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

    /** Spreads the elements of a row over 64 bits, each in its own way. */
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

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

    /**
     * A sum over a row's elements, which does not wait for one to take the next; 0 adds nothing, so
     * that it does not matter whether rows are sparse.
     */
    private long sum(int row) {
      int start = start(row);
      int length = length(row);
      long sum = size(row);
      for (int i = 0; i < length; i++) {
        long factor = ((isSparse() ? indices[start + i] : i) + 1) * FACTOR;
        // Adding 0 makes -0 the same as 0.
        sum += Float.floatToRawIntBits(data[start + i] + 0f) * (factor ^ (factor >>> 32));
      }
      return sum;
    }

    /** A hash of a row's elements. */
    public long digest(int row) {
      return Randoms.key(0, sum(row));
    }
  }
}
