package io.sparknn.layer.merge;

import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;

/** A sum and the rectifier that reads it, as at the end of residual blocks. */
record RectifiedAdd(Add sum) implements Merge {

  @Override
  public void forward(Pass pass) {
    sum.forward(pass);
    Maths.relu(0, pass.output(), pass.output());
  }

  @Override
  public boolean passesGradientOn() {
    return true;
  }

  @Override
  public void backward(Pass pass) {
    for (int i = 0; i < pass.inputs(); i++) {
      if (pass.wantsInputGradient(i)) {
        Maths.reluGradient(0, pass.output(), pass.outputGradient(), pass.inputGradient(i));
      }
    }
  }
}
