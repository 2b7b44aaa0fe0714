package io.sparknn.layer;

import io.sparknn.tensor.Maths;
import io.sparknn.tensor.PackedMatrix;
import io.sparknn.tensor.Tensor;

/**
 * Products of a layer's values with one of its kernels, which is rearranged first where that pays:
 * once a pass, or once for all passes of fixed weights.
 */
public final class Product {
  private final int kernel;

  /** For the rearranged kernel in scoring; null in training or where rearranging does not pay. */
  private final PackedMatrix packed;

  /** For a part of it in training, where it serves once; otherwise null. */
  private final Tensor panel;

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
    boolean suits = PackedMatrix.suits(rows, matrix);
    packed =
        suits && !pass.training() ? new PackedMatrix(Tensor.zeros(matrix.shape().extents())) : null;
    panel = suits && pass.training() ? pass.scratch(slot, PackedMatrix.panel(matrix)) : null;
  }

  /**
   * y = x kernel + bias.
   *
   * @param bias null for none
   */
  public void multiply(Pass pass, Tensor x, Tensor bias, Tensor y) {
    Tensor matrix = pass.weight(kernel);
    if (panel != null) {
      PackedMatrix.multiplyOnce(x, matrix, bias, panel, y);
      return;
    }
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
