package io.sparknn.layer.merge;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;

/** The gradient of merges whose output is one of the inputs, element by element. */
final class Winners {
  private static final int REST = 0;

  private Winners() {}

  /** Gives each element's gradient to the first input that reaches the greatest or least one. */
  static void backward(Pass pass, boolean greatest) {
    Tensor y = pass.output();
    Tensor rest = pass.scratch(REST, y.shape());
    Maths.copy(pass.outputGradient(), rest);
    for (int i = 0; i < pass.inputs(); i++) {
      Tensor low = greatest ? pass.input(i) : y;
      Tensor high = greatest ? y : pass.input(i);
      if (pass.wantsInputGradient(i)) {
        Maths.maskGreater(low, high, rest, pass.inputGradient(i));
      }
      Maths.maskLess(low, high, rest, rest);
    }
  }
}
