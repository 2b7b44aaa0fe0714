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
   * digest, whatever the order of the rows and however they are cut into blocks.
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
   * The values of a column, row after row without padding.
   *
   * @param ends where each row's values end; null if all rows have equally many
   */
  public record Values(int rows, float[] data, int[] ends) implements Serializable {

    /** Spreads the elements of a row over 64 bits, each in its own way. */
    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    /** Rows of equally many values. */
    public static Values even(int rows, float[] data) {
      return new Values(rows, data, null);
    }

    /** Where a row's values start. */
    public int start(int row) {
      if (ends == null) {
        return row * (data.length / rows);
      }
      return row == 0 ? 0 : ends[row - 1];
    }

    /** The number of a row's values. */
    public int length(int row) {
      return ends == null ? data.length / rows : ends[row] - start(row);
    }

    /**
     * A sum over a row's elements, which does not wait for one to take the next; 0 adds nothing.
     */
    private long sum(int row) {
      int start = start(row);
      int length = length(row);
      long sum = length;
      for (int i = 0; i < length; i++) {
        long factor = (i + 1) * FACTOR;
        sum += Float.floatToRawIntBits(data[start + i]) * (factor ^ (factor >>> 32));
      }
      return sum;
    }

    /** A hash of a row's elements. */
    public long digest(int row) {
      return Randoms.key(0, sum(row));
    }
  }
}
