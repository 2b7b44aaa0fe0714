package io.sparknn.layer.regularization;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Multiplicative noise (Srivastava et al., JMLR 2014): in training {@code y = x * (1 + sqrt(rate /
 * (1 - rate)) * n)} with n standard normal for each element, which has the mean and variance of
 * dropout at that rate; in scoring {@code y = x}. Input and output {@code (...)}.
 */
public record GaussianDropout(double rate) implements Layer {

  private static final int FACTORS = 0;
  private static final int ONES = 0;

  public GaussianDropout {
    Inputs.checkRate("rate", rate);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.one(inputs);
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = pass.input();
    if (!pass.training()) {
      Maths.copy(x, pass.output());
      return;
    }
    Tensor factors = pass.saved(FACTORS, x.shape());
    Tensor ones = pass.scratch(ONES, x.shape());
    Noise.fill(pass, factors);
    Maths.scale((float) Math.sqrt(rate / (1 - rate)), factors, factors);
    Maths.fill(ones, 1);
    Maths.add(factors, ones, factors);
    Maths.multiplyElements(x, factors, pass.output());
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    if (pass.training()) {
      Tensor factors = pass.saved(FACTORS, pass.input().shape());
      Maths.multiplyElements(pass.outputGradient(), factors, pass.inputGradient());
    } else {
      Maths.copy(pass.outputGradient(), pass.inputGradient());
    }
  }
}
