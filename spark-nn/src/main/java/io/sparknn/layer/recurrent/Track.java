package io.sparknn.layer.recurrent;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;

/**
 * A value at every step, time-major: {@code (steps, rows, width)}, so that the rows of one step are
 * a matrix, and those of all steps another.
 *
 * @param step the shape of one step
 */
record Track(Tensor all, Shape step) {

  Track(Tensor all) {
    this(all, Shape.of(all.shape().extent(1), all.shape().extent(2)));
  }

  /** One step. */
  Tensor at(int position) {
    return new Tensor(all.data(), all.offset() + position * step.size(), step);
  }

  /** All steps but the last. */
  Tensor allButLast() {
    return new Tensor(all.data(), all.offset(), step.batch(all.shape().extent(0) - 1));
  }

  /** Copies a row of one matrix to a row of another. */
  static void copyRow(Tensor from, int row, Tensor to, int target) {
    int width = from.columns();
    System.arraycopy(
        from.data(), from.offset() + row * width, to.data(), to.offset() + target * width, width);
  }
}
