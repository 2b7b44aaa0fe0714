package io.sparknn.layer.merge;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;

/**
 * The least element of two or more inputs of one shape: {@code y = min(x1, x2, ...)}. The gradient
 * goes to the first input that reaches it.
 */
public record Minimum() implements Merge {

  @Override
  public void forward(Pass pass) {
    Maths.minimum(pass.input(0), pass.input(1), pass.output());
    for (int i = 2; i < pass.inputs(); i++) {
      Maths.minimum(pass.output(), pass.input(i), pass.output());
    }
  }

  @Override
  public void backward(Pass pass) {
    Winners.backward(pass, false);
  }
}
