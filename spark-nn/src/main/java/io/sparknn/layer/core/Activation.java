package io.sparknn.layer.core;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.Elementwise;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Shape;
import java.util.List;

/** Applies a function to every element: {@code y = function(x)}. Input and output {@code (...)}. */
public record Activation(ActivationFunction function) implements Elementwise {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.features(inputs);
    return Inputs.one(inputs);
  }

  @Override
  public ActivationFunction outputActivation(ActivationFunction input) {
    return function == ActivationFunction.LINEAR ? input : function;
  }

  @Override
  public void forward(Pass pass) {
    function.apply(pass.input(), pass.output());
  }

  @Override
  public boolean passesGradientOn() {
    return true;
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      function.gradient(pass.input(), pass.output(), pass.outputGradient(), pass.inputGradient());
    }
  }
}
