package io.sparknn.layer.attention;

/**
 * What one head of one row computes: a matrix (queries, keys) of scores, or their gradient. It has
 * the steps only that the row has.
 *
 * @param heads how many heads there are
 */
record Block(int row, int head, int heads, Matrix matrix) {

  int queries() {
    return matrix.rows();
  }

  int keys() {
    return matrix.columns();
  }
}
