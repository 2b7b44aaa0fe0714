package io.sparknn.layer.merge;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;

/** The mean of two or more inputs of one shape: {@code y = (x1 + x2 + ... + xn) / n}. */
public record Average() implements Merge {

  @Override
  public void forward(Pass pass) {
    Maths.add(pass.input(0), pass.input(1), pass.output());
    for (int i = 2; i < pass.inputs(); i++) {
      Maths.addScaled(1, pass.input(i), pass.output());
    }
    Maths.scale(1f / pass.inputs(), pass.output(), pass.output());
  }

  @Override
  public void backward(Pass pass) {
    for (int i = 0; i < pass.inputs(); i++) {
      if (pass.wantsInputGradient(i)) {
        Maths.scale(1f / pass.inputs(), pass.outputGradient(), pass.inputGradient(i));
      }
    }
  }
}
