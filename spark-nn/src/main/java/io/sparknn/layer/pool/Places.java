package io.sparknn.layer.pool;

import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Shape;
import java.util.function.IntConsumer;

/**
 * The positions of a batch {@code (rows, steps, ..., channels)} whose steps count, numbered in
 * row-major order.
 *
 * @param width the number of positions of a step
 */
record Places(Mask mask, int steps, int width) {

  /** The positions of the only input. */
  static Places of(Pass pass) {
    Shape batch = pass.input().shape();
    int rows = pass.input().rows();
    return new Places(pass.mask(), batch.extent(1), rows / (batch.extent(0) * batch.extent(1)));
  }

  /** The number of positions of a row that count. */
  int count(int row) {
    return (mask == null ? steps : mask.count(row)) * width;
  }

  /** The first position of a row. */
  int first(int row) {
    return row * steps * width;
  }

  /** Visits the positions of a row that count. */
  void visit(int row, IntConsumer visitor) {
    for (int step = 0; step < steps; step++) {
      if (mask == null || mask.counts(row, step)) {
        for (int i = 0; i < width; i++) {
          visitor.accept(first(row) + step * width + i);
        }
      }
    }
  }
}
