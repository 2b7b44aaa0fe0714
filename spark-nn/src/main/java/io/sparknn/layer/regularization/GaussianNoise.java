package io.sparknn.layer.regularization;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Additive noise: in training {@code y = x + stddev * n} with n standard normal for each element;
 * in scoring {@code y = x}. Input and output {@code (...)}.
 */
public record GaussianNoise(double stddev) implements Layer {

  private static final int NOISE = 0;

  public GaussianNoise {
    if (!(stddev >= 0)) {
      throw new IllegalArgumentException("stddev must be at least 0; received " + stddev);
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.one(inputs);
  }

  @Override
  public void forward(Pass pass) {
    Maths.copy(pass.input(), pass.output());
    if (pass.training()) {
      Tensor noise = pass.scratch(NOISE, pass.output().shape());
      Noise.fill(pass, noise);
      Maths.addScaled((float) stddev, noise, pass.output());
    }
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      Maths.copy(pass.outputGradient(), pass.inputGradient());
    }
  }
}
