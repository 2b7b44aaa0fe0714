package io.sparknn.training;

/** Takes rows. */
@FunctionalInterface
public interface RowConsumer {

  /**
   * Takes a row over.
   *
   * @param row its index in the block
   * @param id its number among all rows
   */
  void accept(RowBlock block, int row, long id);
}
