package io.sparknn.layer.recurrent;

import io.sparknn.tensor.Tensor;
import java.util.Arrays;

/**
 * What a cell carries from step to step.
 *
 * @param values the state before each step and, as one more, after the last
 * @param gradient that of the state between the steps to which the backward pass has come
 * @param aside memory for the gradients of rows for which a step does not count
 */
record State(Track values, Tensor gradient, Tensor aside) {

  Tensor at(int position) {
    return values.at(position);
  }

  /** Lets a row keep its state over a step. */
  void keep(int position, int row) {
    Track.copyRow(at(position), row, at(position + 1), row);
  }

  /** Takes a row's gradient away, so that none flows into the step. */
  void takeAside(int row) {
    Track.copyRow(gradient, row, aside, row);
    int from = gradient.offset() + row * gradient.columns();
    Arrays.fill(gradient.data(), from, from + gradient.columns(), 0);
  }

  /** Puts a row's gradient back. */
  void putBack(int row) {
    Track.copyRow(aside, row, gradient, row);
  }
}
