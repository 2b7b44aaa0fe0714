package io.sparknn.activation;

import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;
import java.util.Locale;

/** A function applied to a layer's output, and its derivative. Names and constants are Keras'. */
public enum ActivationFunction {
  /** y = x. */
  LINEAR(Maths::copy, Basis.OUTPUT, (y, dy, dx) -> Maths.copy(dy, dx)),
  /** y = max(x, 0). */
  RELU(
      (x, y) -> Maths.relu(0, x, y), Basis.OUTPUT, (y, dy, dx) -> Maths.reluGradient(0, y, dy, dx)),
  /** y = max(x, 0.2 x) (Maas et al., ICML 2013). */
  LEAKY_RELU(
      (x, y) -> Maths.relu(0.2f, x, y),
      Basis.OUTPUT,
      (y, dy, dx) -> Maths.reluGradient(0.2f, y, dy, dx)),
  /** y = x for x above 0, else e^x - 1 (Clevert et al., ICLR 2016). */
  ELU((x, y) -> Maths.elu(1, x, y), Basis.OUTPUT, (y, dy, dx) -> Maths.eluGradient(1, y, dy, dx)),
  /** y = 1 / (1 + e^-x). */
  SIGMOID(Maths::sigmoid, Basis.OUTPUT, Maths::sigmoidGradient),
  /** y = tanh x. */
  TANH(Maths::tanh, Basis.OUTPUT, Maths::tanhGradient),
  /** y = ln(1 + e^x). */
  SOFTPLUS(Maths::softplus, Basis.OUTPUT, Maths::softplusGradient),
  /** y = x sigmoid(x), also called swish (Elfwing et al., Neural Networks 2018). */
  SILU(Maths::silu, Basis.INPUT, Maths::siluGradient),
  /** The tanh form of the Gaussian error linear unit (Hendrycks and Gimpel, 2016). */
  GELU_TANH(Maths::gelu, Basis.INPUT, Maths::geluGradient),
  /** y = e^x / sum of e^x over the last axis. */
  SOFTMAX(Maths::softmax, Basis.OUTPUT, Maths::softmaxGradient);

  /** What the derivative is computed from, whichever is cheap. */
  private enum Basis {
    INPUT,
    OUTPUT
  }

  private interface Function {
    void apply(Tensor x, Tensor y);
  }

  private interface Gradient {
    void apply(Tensor basis, Tensor dy, Tensor dx);
  }

  private final Function function;
  private final Basis basis;
  private final Gradient gradient;

  ActivationFunction(Function function, Basis basis, Gradient gradient) {
    this.function = function;
    this.basis = basis;
    this.gradient = gradient;
  }

  /** Writes the function of {@code x} to {@code y}; both may be the same tensor. */
  public void apply(Tensor x, Tensor y) {
    function.apply(x, y);
  }

  /**
   * Writes the gradient of the input to {@code dx}, which may be {@code dy}.
   *
   * @param x the input; only read where {@link #needsInput}
   * @param y the output
   * @param dy the gradient of the output
   */
  public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
    gradient.apply(needsInput() ? x : y, dy, dx);
  }

  /** Whether the gradient is computed from the input, so that it must not be overwritten. */
  public boolean needsInput() {
    return basis == Basis.INPUT;
  }

  /** The name as users write it, as in {@code leaky_relu}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
