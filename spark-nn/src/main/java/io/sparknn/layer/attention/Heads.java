package io.sparknn.layer.attention;

import io.sparknn.tensor.Tensor;

/** A tensor (rows, steps, features) whose features are those of {@code count} heads in turn. */
record Heads(Tensor tensor, int count) {

  /** The number of features of one head. */
  int size() {
    return tensor.columns() / count;
  }

  int steps() {
    return tensor.shape().extent(1);
  }

  /** The place of the first element of a row's step. */
  int start(int row, int step) {
    return tensor.offset() + (row * steps() + step) * tensor.columns();
  }

  /** The block's queries, of the head that serves it: fewer heads serve several each. */
  Matrix queriesOf(Block block) {
    return of(block, block.first(), block.queries());
  }

  /** The block's keys, or their values, of the head that serves it. */
  Matrix keysOf(Block block) {
    return of(block, 0, block.keys());
  }

  private Matrix of(Block block, int first, int steps) {
    int head = block.head() / group(block);
    int start = start(block.row(), first) + head * size();
    return new Matrix(tensor.data(), start, tensor.columns(), steps, size());
  }

  /** Whether the block is the first of several whose parts add up for a head. */
  boolean isFirst(Block block) {
    return block.head() % group(block) == 0;
  }

  private int group(Block block) {
    return block.heads() / count;
  }
}
