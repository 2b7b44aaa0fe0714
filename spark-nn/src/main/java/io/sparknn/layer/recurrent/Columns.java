package io.sparknn.layer.recurrent;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.PackedMatrix;
import io.sparknn.tensor.Tensor;

/** A gate's columns of a kernel and elements of a bias: {@code y = x columns + bias}. */
final class Columns {
  static final int NO_BIAS = -1;

  private final Pass pass;
  private final int kernel;
  private final int from;
  private final int bias;
  private final PackedMatrix matrix;

  /** For the backward pass; null in scoring. */
  private final PackedMatrix transposed;

  /**
   * Columns, still to be packed.
   *
   * @param kernel the index of the kernel among the layer's weights
   * @param from the first column
   * @param bias the gate's first element in the layer's bias, or {@link #NO_BIAS}
   */
  Columns(Cell cell, Pass pass, int kernel, int from, int units, int bias) {
    this.pass = pass;
    this.kernel = kernel;
    this.from = from;
    this.bias = bias;
    int width = pass.weight(kernel).rows();
    matrix = cell.matrix(width, units);
    transposed = pass.training() ? cell.matrix(units, width) : null;
  }

  /** Takes the weights of a forward pass. */
  void pack() {
    Tensor weight = pass.weight(kernel);
    matrix.take(weight.data(), weight.offset() + from, weight.columns(), false);
  }

  /** Takes the weights of a backward pass. */
  void packTransposed() {
    Tensor weight = pass.weight(kernel);
    transposed.take(weight.data(), weight.offset() + from, weight.columns(), true);
  }

  /** y = x columns + bias. */
  void multiply(Tensor x, Tensor y) {
    if (bias == NO_BIAS) {
      matrix.multiply(x, y);
    } else {
      Tensor vector = pass.weight(Recurrent.BIAS);
      matrix.multiply(x, vector.data(), vector.offset() + bias, y);
    }
  }

  /** y = y + x columns + bias. */
  void addProduct(Tensor x, Tensor y) {
    matrix.addProduct(x, y);
    if (bias != NO_BIAS) {
      Tensor vector = pass.weight(Recurrent.BIAS);
      Maths.addToRows(
          y.data(),
          y.offset(),
          vector.data(),
          vector.offset() + bias,
          y.data(),
          y.offset(),
          y.rows(),
          y.columns());
    }
  }

  /** dx = dy columns'. */
  void multiplyBack(Tensor dy, Tensor dx) {
    transposed.multiply(dy, dx);
  }

  /** dx = dx + dy columns'. */
  void addProductBack(Tensor dy, Tensor dx) {
    transposed.addProduct(dy, dx);
  }

  /** Adds the gradient of the columns. */
  void addGradient(Tensor x, Tensor dy) {
    if (pass.wantsWeightGradient(kernel)) {
      Tensor gradient = pass.weightGradient(kernel);
      PackedMatrix.addTransposed(
          x, dy, gradient.data(), gradient.offset() + from, gradient.columns());
    }
  }

  /** Adds the gradient of the bias. */
  void addBiasGradient(Tensor dy) {
    if (bias != NO_BIAS) {
      Tensor gradient = pass.weightGradient(Recurrent.BIAS);
      Maths.sumRows(
          dy.data(),
          dy.offset(),
          gradient.data(),
          gradient.offset() + bias,
          dy.rows(),
          dy.columns());
    }
  }
}
