package io.sparknn.layer.regularization;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Dropout for layers with the activation {@code selu} (Klambauer et al., NeurIPS 2017): in training
 * each element becomes {@code low = -scale * alpha}, where the activation saturates, with
 * probability {@code rate}, and all are then scaled and shifted so that mean 0 and variance 1 stay:
 * {@code y = a * (x or low) + b} with {@code a = ((1 - rate) * (1 + rate * low^2))^(-1/2)} and
 * {@code b = -a * rate * low}. In scoring {@code y = x}. Input and output {@code (...)}.
 */
public record AlphaDropout(double rate) implements Layer {

  /** The activation's alpha and scale. */
  private static final double LOW = -1.6732632423543772 * 1.0507009873554805;

  private static final int CONSTANT = 0;

  public AlphaDropout {
    Inputs.checkRate("rate", rate);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.one(inputs);
  }

  /**
   * With drop(x) either 0 or {@code x / (1 - rate)}, {@code x or low = low + (1 - rate) drop(x -
   * low)}.
   */
  @Override
  public void forward(Pass pass) {
    Tensor y = pass.output();
    if (!pass.training()) {
      Maths.copy(pass.input(), y);
      return;
    }
    Tensor constant = pass.scratch(CONSTANT, y.shape());
    Maths.fill(constant, (float) -LOW);
    Maths.add(pass.input(), constant, y);
    Dropout.drop(pass, rate, y, y);
    Maths.scale((float) (scale() * (1 - rate)), y, y);
    Maths.fill(constant, (float) (scale() * LOW * (1 - rate)));
    Maths.add(y, constant, y);
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      Tensor dx = pass.inputGradient();
      Dropout.drop(pass, rate, pass.outputGradient(), dx);
      Maths.scale(pass.training() ? (float) (scale() * (1 - rate)) : 1, dx, dx);
    }
  }

  private double scale() {
    return 1 / Math.sqrt((1 - rate) * (1 + rate * LOW * LOW));
  }
}
