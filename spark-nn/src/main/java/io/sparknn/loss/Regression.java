package io.sparknn.loss;

import io.sparknn.tensor.Tensor;
import java.util.Arrays;

/**
 * Losses of each output z and its label y, averaged over the outputs of a row. Labels and outputs
 * are {@code (rows, outputs)}. Metric: mean absolute error of the predictions, which are the
 * outputs unless a loss says otherwise.
 */
public sealed interface Regression extends Loss {

  /** The loss of one output. */
  double value(double z, double y);

  /** The derivative of {@link #value} by z. */
  double derivative(double z, double y);

  /** What an output predicts. */
  default double prediction(double z) {
    return z;
  }

  @Override
  default int labelSize(int outputs) {
    return outputs;
  }

  @Override
  default Evaluation evaluate(Tensor output, float[] labels, float[] weights, Tensor gradient) {
    int outputs = output.columns();
    float[] dz = gradient.data();
    double loss = 0;
    double error = 0;
    for (int row = 0; row < output.rows(); row++) {
      int first = row * outputs;
      int to = gradient.offset() + first;
      if (weights[row] == 0) {
        Arrays.fill(dz, to, to + outputs, 0);
        continue;
      }
      double weight = (double) weights[row] / outputs;
      for (int k = 0; k < outputs; k++) {
        double z = output.data()[output.offset() + first + k];
        double y = labels[first + k];
        loss += weight * value(z, y);
        error += weight * Math.abs(prediction(z) - y);
        dz[to + k] = (float) (weight * derivative(z, y));
      }
    }
    return new Evaluation(loss, error);
  }

  @Override
  default String metricName() {
    return "mean absolute error";
  }

  @Override
  default boolean isLargerMetricBetter() {
    return false;
  }

  /** {@code (z - y)^2}: predicts the mean. */
  record Squared() implements Regression {
    @Override
    public double value(double z, double y) {
      return (z - y) * (z - y);
    }

    @Override
    public double derivative(double z, double y) {
      return 2 * (z - y);
    }
  }

  /** {@code |z - y|}: predicts the median. */
  record Absolute() implements Regression {
    @Override
    public double value(double z, double y) {
      return Math.abs(z - y);
    }

    @Override
    public double derivative(double z, double y) {
      return Math.signum(z - y);
    }
  }

  /**
   * {@code (z - y)^2 / 2} where z and y are less than delta apart, else {@code delta (|z - y| -
   * delta / 2)} (Huber 1964, "Robust Estimation of a Location Parameter").
   *
   * @param delta above 0; 1 by default
   */
  record Huber(double delta) implements Regression {

    /** With a delta of 1. */
    public Huber() {
      this(1);
    }

    @Override
    public double value(double z, double y) {
      double d = Math.abs(z - y);
      return d < delta ? d * d / 2 : delta * (d - delta / 2);
    }

    @Override
    public double derivative(double z, double y) {
      return Math.max(-delta, Math.min(delta, z - y));
    }
  }

  /**
   * Pinball loss: {@code q (y - z)} where z is below y, else {@code (1 - q) (z - y)}. Predicts the
   * value that a share q of the labels is below (Koenker and Bassett 1978, "Regression Quantiles").
   *
   * @param q between 0 and 1; 1/2, the median, by default
   */
  record Quantile(double q) implements Regression {

    /** The median. */
    public Quantile() {
      this(0.5);
    }

    @Override
    public double value(double z, double y) {
      return z < y ? q * (y - z) : (1 - q) * (z - y);
    }

    @Override
    public double derivative(double z, double y) {
      if (z == y) {
        return 0;
      }
      return z < y ? -q : 1 - q;
    }
  }

  /**
   * {@code e^z - y z}: what the logarithm of a Poisson distribution's likelihood lacks, but for
   * terms without z. Outputs are logarithms of rates, labels are counts or rates of at least 0, and
   * predictions are the rates {@code e^z}. Above z = 80, where rates come near the greatest float,
   * e^z goes on as its tangent, and predictions stay at e^80.
   */
  record Poisson() implements Regression {
    private static final double MAX = 80;

    @Override
    public double value(double z, double y) {
      return prediction(z) * (1 + Math.max(z - MAX, 0)) - y * z;
    }

    @Override
    public double derivative(double z, double y) {
      return prediction(z) - y;
    }

    @Override
    public double prediction(double z) {
      return Math.exp(Math.min(z, MAX));
    }

    @Override
    public void predict(double[] output) {
      Arrays.setAll(output, k -> prediction(output[k]));
    }
  }
}
