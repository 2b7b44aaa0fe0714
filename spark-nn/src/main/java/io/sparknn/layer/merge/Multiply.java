package io.sparknn.layer.merge;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;

/**
 * The product of two or more inputs of one shape, element by element: {@code y = x1 * x2 * ...}.
 */
public record Multiply() implements Merge {

  @Override
  public void forward(Pass pass) {
    Maths.multiplyElements(pass.input(0), pass.input(1), pass.output());
    for (int i = 2; i < pass.inputs(); i++) {
      Maths.multiplyElements(pass.output(), pass.input(i), pass.output());
    }
  }

  @Override
  public void backward(Pass pass) {
    for (int i = 0; i < pass.inputs(); i++) {
      if (pass.wantsInputGradient(i)) {
        Tensor gradient = pass.inputGradient(i);
        Maths.copy(pass.outputGradient(), gradient);
        for (int other = 0; other < pass.inputs(); other++) {
          if (other != i) {
            Maths.multiplyElements(gradient, pass.input(other), gradient);
          }
        }
      }
    }
  }
}
