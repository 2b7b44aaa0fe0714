package io.sparknn.layer.regularization;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;

/** Random numbers for each element of a batch. */
final class Noise {
  private Noise() {}

  /** Fills a batch with standard normal numbers, which depend on the row and the place within. */
  static void fill(Pass pass, Tensor batch) {
    int width = batch.size() / pass.rows();
    for (int row = 0; row < pass.rows(); row++) {
      Maths.normal(pass.randomKey(row), batch.data(), batch.offset() + row * width, width);
    }
  }
}
