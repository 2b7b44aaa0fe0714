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

  /** The first steps of the head that serves a block's: fewer heads serve several each. */
  Matrix of(Block block, int steps) {
    int head = block.head() / group(block);
    int start = start(block.row(), 0) + head * size();
    return new Matrix(tensor.data(), start, tensor.columns(), steps, size());
  }

  /** 0 for the first block that a head serves, 1 for those whose part is added. */
  int beta(Block block) {
    return block.head() % group(block) == 0 ? 0 : 1;
  }

  private int group(Block block) {
    return block.heads() / count;
  }
}
