package io.sparknn.activation;

import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;
import java.util.Locale;

/** A function applied to a layer's output, and its derivative. Names and constants are Keras'. */
public enum ActivationFunction {
  /** y = x. */
  LINEAR {
    @Override
    public void apply(Tensor x, Tensor y) {
      if (x != y) {
        Maths.copy(x, y);
      }
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.copy(dy, dx);
    }
  },
  /** y = max(x, 0). */
  RELU {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.relu(0f, x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.reluGradient(0f, y, dy, dx);
    }
  },
  /** y = max(x, 0.2 x) (Maas et al., ICML 2013). */
  LEAKY_RELU {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.relu(LEAK, x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.reluGradient(LEAK, y, dy, dx);
    }
  },
  /** y = x for x above 0, else e^x - 1 (Clevert et al., ICLR 2016). */
  ELU {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.elu(1f, x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.eluGradient(1f, y, dy, dx);
    }
  },
  /** y = 1 / (1 + e^-x). */
  SIGMOID {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.sigmoid(x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.sigmoidGradient(y, dy, dx);
    }
  },
  /** y = tanh x. */
  TANH {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.tanh(x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.tanhGradient(y, dy, dx);
    }
  },
  /** y = ln(1 + e^x). */
  SOFTPLUS {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.softplus(x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.softplusGradient(y, dy, dx);
    }
  },
  /** y = x sigmoid(x), also called swish (Elfwing et al., Neural Networks 2018). */
  SILU {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.silu(x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.siluGradient(x, dy, dx);
    }

    @Override
    public boolean needsInput() {
      return true;
    }
  },
  /** The tanh form of the Gaussian error linear unit (Hendrycks and Gimpel, 2016). */
  GELU_TANH {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.gelu(x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.geluGradient(x, dy, dx);
    }

    @Override
    public boolean needsInput() {
      return true;
    }
  },
  /** y = e^x / sum of e^x over the last axis. */
  SOFTMAX {
    @Override
    public void apply(Tensor x, Tensor y) {
      Maths.softmax(x, y);
    }

    @Override
    public void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx) {
      Maths.softmaxGradient(y, dy, dx);
    }
  };

  private static final float LEAK = 0.2f;

  /** Writes the function of {@code x} to {@code y}; both may be the same tensor. */
  public abstract void apply(Tensor x, Tensor y);

  /**
   * Writes the gradient of the input to {@code dx}, which may be {@code dy}.
   *
   * @param x the input; only valid where {@link #needsInput}
   * @param y the output
   * @param dy the gradient of the output
   */
  public abstract void gradient(Tensor x, Tensor y, Tensor dy, Tensor dx);

  /** Whether the gradient is computed from the input, so that it must not be overwritten. */
  public boolean needsInput() {
    return false;
  }

  /** The name as users write it, as in {@code leaky_relu}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
