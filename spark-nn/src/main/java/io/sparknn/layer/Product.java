package io.sparknn.layer;

import io.sparknn.tensor.Maths;
import io.sparknn.tensor.PackedMatrix;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;

/**
 * Products of a layer's values with one of its kernels, which is rearranged first where that pays:
 * once a pass, or once for all passes of fixed weights.
 */
public final class Product {
  private final int kernel;

  /** Null where rearranging does not pay. */
  private final PackedMatrix packed;

  private boolean isPacked;

  /**
   * A product, planned for a pass.
   *
   * @param kernel the index of the kernel among the layer's weights
   * @param rows the number of rows that it multiplies
   * @param slot the scratch slot for the rearranged kernel in training, where it serves once
   */
  public Product(Pass pass, int kernel, int rows, int slot) {
    this.kernel = kernel;
    Tensor matrix = pass.weight(kernel);
    Shape shape = matrix.shape();
    if (!PackedMatrix.suits(rows, matrix)) {
      packed = null;
    } else if (pass.training()) {
      packed = new PackedMatrix(pass.scratch(slot, shape));
    } else {
      packed = new PackedMatrix(Tensor.zeros(shape.extents()));
    }
  }

  /**
   * y = x kernel + bias.
   *
   * @param bias null for none
   */
  public void multiply(Pass pass, Tensor x, Tensor bias, Tensor y) {
    Tensor matrix = pass.weight(kernel);
    if (packed == null) {
      Maths.multiply(x, matrix, y);
      if (bias != null) {
        Maths.addToRows(y, bias, y);
      }
      return;
    }
    if (!isPacked || !pass.hasFixedWeights()) {
      packed.take(matrix.data(), matrix.offset(), matrix.columns(), false);
      isPacked = true;
    }
    if (bias == null) {
      packed.multiply(x, y);
    } else {
      packed.multiply(x, bias.data(), bias.offset(), y);
    }
  }
}
