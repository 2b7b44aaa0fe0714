package io.sparknn.layer.recurrent;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.tensor.Tensor;

/**
 * One of a cell's blocks of units at all steps: {@code activation(sum)}. The sum starts as what the
 * inputs contribute; the cell adds what its state does.
 */
final class Gate {
  private final Cell cell;
  private final int slot;
  private final ActivationFunction activation;
  private final Columns input;
  private final Columns recurrent;
  private final Track sums;
  private final Track outputs;

  /**
   * A gate.
   *
   * @param slot for its gradients
   */
  Gate(Cell cell, int slot, ActivationFunction activation, Columns input, Columns recurrent) {
    this.cell = cell;
    this.slot = slot;
    this.activation = activation;
    this.input = input;
    this.recurrent = recurrent;
    sums = cell.track();
    outputs = activation.needsInput() ? cell.track() : sums;
  }

  Columns input() {
    return input;
  }

  Columns recurrent() {
    return recurrent;
  }

  Track sums() {
    return sums;
  }

  /** The output at a step. */
  Tensor output(int position) {
    return outputs.at(position);
  }

  /** The gradients of the outputs, or, once {@link #differentiate} was called, of the sums. */
  Track gradients() {
    return cell.gradients(slot);
  }

  Tensor gradient(int position) {
    return gradients().at(position);
  }

  void activate(int position) {
    activation.apply(sums.at(position), outputs.at(position));
  }

  /** Turns the gradient of a step's output into that of its sum. */
  void differentiate(int position) {
    Tensor gradient = gradient(position);
    activation.gradient(sums.at(position), outputs.at(position), gradient, gradient);
  }
}
