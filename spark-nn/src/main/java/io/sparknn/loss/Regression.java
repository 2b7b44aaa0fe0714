package io.sparknn.loss;

import io.sparknn.tensor.Tensor;
import java.util.Locale;

/**
 * Losses of the difference d = output - label, averaged over the outputs of a row. Metric: mean
 * absolute error.
 */
public enum Regression implements Loss {
  /** {@code d^2}. */
  SQUARED {
    @Override
    double value(double d) {
      return d * d;
    }

    @Override
    double derivative(double d) {
      return 2 * d;
    }
  },
  /** {@code |d|}. */
  ABSOLUTE {
    @Override
    double value(double d) {
      return Math.abs(d);
    }

    @Override
    double derivative(double d) {
      return Math.signum(d);
    }
  },
  /** {@code d^2 / 2} for |d| below 1, else {@code |d| - 1/2} (Huber 1964). */
  HUBER {
    @Override
    double value(double d) {
      return Math.abs(d) < 1 ? d * d / 2 : Math.abs(d) - 0.5;
    }

    @Override
    double derivative(double d) {
      return Math.max(-1, Math.min(1, d));
    }
  };

  abstract double value(double d);

  abstract double derivative(double d);

  @Override
  public int labelSize(int outputs) {
    return outputs;
  }

  @Override
  public Evaluation evaluate(Tensor output, float[] labels, float[] weights, Tensor gradient) {
    int outputs = output.columns();
    double loss = 0;
    double error = 0;
    for (int row = 0; row < output.rows(); row++) {
      double weight = weights[row] / outputs;
      for (int k = 0; k < outputs; k++) {
        int i = row * outputs + k;
        double d = (double) output.data()[output.offset() + i] - labels[i];
        loss += weight * value(d);
        error += weight * Math.abs(d);
        gradient.data()[gradient.offset() + i] = (float) (weight * derivative(d));
      }
    }
    return new Evaluation(loss, error);
  }

  @Override
  public String metricName() {
    return "mean absolute error";
  }

  /** The name as users write it, as in {@code squared}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
