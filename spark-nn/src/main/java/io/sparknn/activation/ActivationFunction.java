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
  /** y = min(max(x, 0), 6). */
  RELU6(
      (x, y) -> Maths.ramp(1, 0, 6, x, y),
      Basis.OUTPUT,
      (y, dy, dx) -> Maths.rampGradient(1, 6, y, dy, dx)),
  /** y = max(x, 0.2 x) (Maas et al., ICML 2013). */
  LEAKY_RELU(
      (x, y) -> Maths.relu(0.2f, x, y),
      Basis.OUTPUT,
      (y, dy, dx) -> Maths.reluGradient(0.2f, y, dy, dx)),
  /** y = x for x above 0, else e^x - 1 (Clevert et al., ICLR 2016). */
  ELU(
      (x, y) -> Maths.elu(1, 1, x, y),
      Basis.OUTPUT,
      (y, dy, dx) -> Maths.eluGradient(1, 1, y, dy, dx)),
  /** y = 1.0507 (x for x above 0, else 1.6733 (e^x - 1)) (Klambauer et al., NIPS 2017). */
  SELU(
      (x, y) -> Maths.elu(Selu.SLOPE, Selu.ALPHA, x, y),
      Basis.OUTPUT,
      (y, dy, dx) -> Maths.eluGradient(Selu.SLOPE, Selu.ALPHA, y, dy, dx)),
  /** y = e^x. */
  EXPONENTIAL(Maths::exp, Basis.OUTPUT, Maths::multiplyElements),
  /** y = 1 / (1 + e^-x). */
  SIGMOID(Maths::sigmoid, Basis.OUTPUT, Maths::sigmoidGradient),
  /** y = relu6(x + 3) / 6. */
  HARD_SIGMOID(
      (x, y) -> Maths.ramp(1f / 6, 0.5f, 1, x, y),
      Basis.OUTPUT,
      (y, dy, dx) -> Maths.rampGradient(1f / 6, 1, y, dy, dx)),
  /** y = tanh x. */
  TANH(Maths::tanh, Basis.OUTPUT, Maths::tanhGradient),
  /** y = ln(1 + e^x). */
  SOFTPLUS(Maths::softplus, Basis.OUTPUT, Maths::softplusGradient),
  /** y = x / (1 + |x|). */
  SOFTSIGN(Maths::softsign, Basis.OUTPUT, Maths::softsignGradient),
  /** y = x sigmoid(x), also called swish (Elfwing et al., Neural Networks 2018). */
  SILU(Maths::silu, Basis.INPUT, Maths::siluGradient),
  /** y = x tanh(softplus(x)) (Misra, BMVC 2020). */
  MISH(Maths::mish, Basis.INPUT, Maths::mishGradient),
  /** y = x / 2 (1 + erf(x / sqrt(2))), the Gaussian error linear unit (Hendrycks, Gimpel, 2016). */
  GELU(Maths::gelu, Basis.INPUT, Maths::geluGradient),
  /** y = x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), an approximation to the GELU. */
  GELU_TANH(Maths::geluTanh, Basis.INPUT, Maths::geluTanhGradient),
  /** y = e^x / sum of e^x over the last axis. */
  SOFTMAX(Maths::softmax, Basis.OUTPUT, Maths::softmaxGradient),
  /** y = ln(softmax(x)), without cancellation. */
  LOG_SOFTMAX(Maths::logSoftmax, Basis.OUTPUT, Maths::logSoftmaxGradient);

  /** Constants that keep mean 0 and variance 1; the second is 1.6733 times the first. */
  private static final class Selu {
    static final float SLOPE = 1.050701f;
    static final float ALPHA = 1.7580993f;
  }

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
