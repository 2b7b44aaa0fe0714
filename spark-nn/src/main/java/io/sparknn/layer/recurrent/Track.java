package io.sparknn.layer.recurrent;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;

/**
 * A value at every step, time-major: {@code (steps, rows, width)}, so that the rows of one step are
 * a matrix, and those of all steps another. A track of fewer steps than the sequence has keeps the
 * last ones.
 */
record Track(Tensor all, Tensor[] steps) {

  Track(Tensor all) {
    this(all, new Tensor[all.shape().extent(0)]);
    for (int p = 0; p < steps.length; p++) {
      steps[p] = all.row(p);
    }
  }

  /** One step. */
  Tensor at(int position) {
    return steps[position % steps.length];
  }

  /** All steps but the last. */
  Tensor allButLast() {
    Shape shape = all.shape();
    return new Tensor(all.data(), all.offset(), shape.with(0, shape.extent(0) - 1));
  }

  /** Copies a row of one matrix to a row of another. */
  static void copyRow(Tensor from, int row, Tensor to, int target) {
    int width = from.columns();
    System.arraycopy(
        from.data(), from.offset() + row * width, to.data(), to.offset() + target * width, width);
  }
}
