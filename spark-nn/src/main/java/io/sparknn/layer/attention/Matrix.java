package io.sparknn.layer.attention;

import io.sparknn.tensor.Maths;

/**
 * A matrix whose rows do not follow one another without gaps.
 *
 * @param start the place of its first element
 * @param stride the distance from one row to the next
 */
record Matrix(float[] data, int start, int stride, int rows, int columns) {

  /** The place of a row's first element. */
  int start(int row) {
    return start + row * stride;
  }

  /** A row without gaps as a matrix of one column. */
  Matrix transposedRow(int row) {
    return new Matrix(data, start(row), 1, columns, 1);
  }

  /** Becomes {@code factor op(a) op(b) + beta this}, where op transposes if so told. */
  void product(
      float factor, Matrix a, boolean transposeA, Matrix b, boolean transposeB, float beta) {
    Maths.multiply(
        rows,
        columns,
        transposeA ? a.rows : a.columns,
        a.data,
        a.start,
        a.stride,
        transposeA,
        b.data,
        b.start,
        b.stride,
        transposeB,
        factor,
        beta,
        data,
        start,
        stride);
  }
}
