package io.sparknn.layer.recurrent;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;

/**
 * A gate's columns of a kernel and elements of a bias: {@code y = x columns + bias}.
 *
 * @param kernel the index of the kernel among the layer's weights
 * @param from the first column
 * @param bias the gate's first element in the layer's bias, or {@link #NO_BIAS}
 */
record Columns(Pass pass, int kernel, int from, int units, int bias) {
  static final int NO_BIAS = -1;

  /** y = x columns + bias + beta y. */
  void multiply(Tensor x, float beta, Tensor y) {
    Tensor matrix = pass.weight(kernel);
    Maths.multiply(
        x.rows(),
        units,
        x.columns(),
        x.data(),
        x.offset(),
        x.columns(),
        false,
        matrix.data(),
        matrix.offset() + from,
        matrix.columns(),
        false,
        1,
        beta,
        y.data(),
        y.offset(),
        units);
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
          units);
    }
  }

  /** dx = dy columns' + beta dx. */
  void multiplyBack(Tensor dy, float beta, Tensor dx) {
    Tensor matrix = pass.weight(kernel);
    Maths.multiply(
        dy.rows(),
        dx.columns(),
        units,
        dy.data(),
        dy.offset(),
        units,
        false,
        matrix.data(),
        matrix.offset() + from,
        matrix.columns(),
        true,
        1,
        beta,
        dx.data(),
        dx.offset(),
        dx.columns());
  }

  /** Adds the gradients of the columns and the bias. */
  void addGradients(Tensor x, Tensor dy) {
    if (pass.wantsWeightGradient(kernel)) {
      Tensor matrix = pass.weightGradient(kernel);
      Maths.multiply(
          x.columns(),
          units,
          x.rows(),
          x.data(),
          x.offset(),
          x.columns(),
          true,
          dy.data(),
          dy.offset(),
          units,
          false,
          1,
          1,
          matrix.data(),
          matrix.offset() + from,
          matrix.columns());
    }
    if (bias != NO_BIAS) {
      Tensor vector = pass.weightGradient(Recurrent.BIAS);
      Maths.sumRows(
          dy.data(), dy.offset(), vector.data(), vector.offset() + bias, dy.rows(), units);
    }
  }
}
