package io.sparknn.layer.merge;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import java.util.List;

/** The difference of two inputs of one shape: {@code y = x1 - x2}. */
public record Subtract() implements Merge {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.checkTwo(inputs);
    return Inputs.same(inputs);
  }

  @Override
  public void forward(Pass pass) {
    Maths.subtract(pass.input(0), pass.input(1), pass.output());
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      Maths.copy(pass.outputGradient(), pass.inputGradient(0));
    }
    if (pass.wantsInputGradient(1)) {
      Maths.scale(-1, pass.outputGradient(), pass.inputGradient(1));
    }
  }
}
