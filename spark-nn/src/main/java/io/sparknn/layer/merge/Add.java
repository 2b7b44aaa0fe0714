package io.sparknn.layer.merge;

import io.sparknn.layer.Elementwise;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;

/** The sum of two or more inputs of one shape: {@code y = x1 + x2 + ...}. */
public record Add() implements Merge {

  @Override
  public Layer fusedWith(Layer next) {
    return Elementwise.isRectifier(next) ? new RectifiedAdd(this) : null;
  }

  @Override
  public void forward(Pass pass) {
    Maths.add(pass.input(0), pass.input(1), pass.output());
    for (int i = 2; i < pass.inputs(); i++) {
      Maths.addScaled(1, pass.input(i), pass.output());
    }
  }

  @Override
  public boolean passesGradientOn() {
    return true;
  }

  @Override
  public void backward(Pass pass) {
    for (int i = 0; i < pass.inputs(); i++) {
      if (pass.wantsInputGradient(i)) {
        Maths.copy(pass.outputGradient(), pass.inputGradient(i));
      }
    }
  }
}
