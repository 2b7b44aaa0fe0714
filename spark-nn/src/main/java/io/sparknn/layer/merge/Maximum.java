package io.sparknn.layer.merge;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;

/**
 * The greatest element of two or more inputs of one shape: {@code y = max(x1, x2, ...)}. The
 * gradient goes to the first input that reaches it.
 */
public record Maximum() implements Merge {

  @Override
  public void forward(Pass pass) {
    Maths.maximum(pass.input(0), pass.input(1), pass.output());
    for (int i = 2; i < pass.inputs(); i++) {
      Maths.maximum(pass.output(), pass.input(i), pass.output());
    }
  }

  @Override
  public void backward(Pass pass) {
    Winners.backward(pass, true);
  }
}
