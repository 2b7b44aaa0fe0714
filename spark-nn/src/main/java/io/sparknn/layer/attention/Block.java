package io.sparknn.layer.attention;

/**
 * What one head of one row computes for some of its queries: a matrix (queries, keys) of scores, or
 * their gradient. It has the steps only that the row has.
 *
 * @param heads how many heads there are
 * @param first the first of the queries
 */
record Block(int row, int head, int heads, int first, Matrix matrix) {

  int queries() {
    return matrix.rows();
  }

  int keys() {
    return matrix.columns();
  }
}
