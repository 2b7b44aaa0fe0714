package io.sparknn.layer.recurrent;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.tensor.Tensor;

/**
 * One of a cell's blocks of units at all steps: {@code activation(sum)}. As the backward pass comes
 * to a step, the gradient of its sum takes the place of its output.
 */
final class Gate {
  private final ActivationFunction activation;
  private final Columns input;
  private final Columns recurrent;
  private final Track sums;
  private final Track outputs;
  private final Tensor gradient;

  Gate(Cell cell, ActivationFunction activation, Columns input, Columns recurrent) {
    this.activation = activation;
    this.input = input;
    this.recurrent = recurrent;
    sums = cell.track();
    outputs = activation.needsInput() ? cell.track() : sums;
    gradient = cell.work();
  }

  Columns input() {
    return input;
  }

  Columns recurrent() {
    return recurrent;
  }

  Tensor sum(int position) {
    return sums.at(position);
  }

  Tensor output(int position) {
    return outputs.at(position);
  }

  /** The gradient of the output at the step to which the backward pass has come. */
  Tensor gradient() {
    return gradient;
  }

  void activate(int position) {
    activation.apply(sums.at(position), outputs.at(position));
  }

  /** Puts the gradient of a step's sum, from {@link #gradient}, in place of the output. */
  void differentiate(int position) {
    Tensor output = outputs.at(position);
    activation.gradient(sums.at(position), output, gradient, output);
    input.addBiasGradient(output);
  }

  /** The gradient of a step's sum, once {@link #differentiate} was called. */
  Tensor sumGradient(int position) {
    return outputs.at(position);
  }

  /** The gradients of all steps' sums. */
  Tensor sumGradients() {
    return outputs.all();
  }
}
