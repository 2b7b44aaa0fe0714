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
   * The values of a column, row after row without padding.
   *
   * @param ends where each row's values end; null if all rows have equally many
   */
  public record Values(int rows, float[] data, int[] ends) implements Serializable {

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
  }
}
