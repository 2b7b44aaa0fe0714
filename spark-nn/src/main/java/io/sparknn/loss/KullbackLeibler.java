package io.sparknn.loss;

import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;

/**
 * Kullback-Leibler divergence of the softmax p of a row's outputs (logits) from its label y, which
 * is a distribution: {@code sum over k of y_k ln(y_k / p_k)}, with the gradient {@code p - y}
 * (Kullback and Leibler 1951, "On Information and Sufficiency"). Labels, of at least 0 and with a
 * sum of 1, and outputs are {@code (rows, outputs)}; predictions are p. Metric: mean absolute error
 * of p.
 */
public record KullbackLeibler() implements Loss {

  @Override
  public int labelSize(int outputs) {
    return outputs;
  }

  @Override
  public Evaluation evaluate(Tensor output, float[] labels, float[] weights, Tensor gradient) {
    float[] z = output.data();
    float[] p = gradient.data();
    int outputs = output.columns();
    Maths.softmax(output, gradient);
    double loss = 0;
    double error = 0;
    for (int row = 0; row < output.rows(); row++) {
      int from = output.offset() + row * outputs;
      int to = gradient.offset() + row * outputs;
      if (weights[row] == 0) {
        Arrays.fill(p, to, to + outputs, 0);
        continue;
      }
      int best = Classes.greatest(z, from, outputs);
      double logSum = z[from + best] - Math.log(p[to + best]);
      double sum = Maths.sum(labels, row * outputs, outputs);
      double divergence = 0;
      double distance = 0;
      for (int k = 0; k < outputs; k++) {
        double y = labels[row * outputs + k];
        divergence += y == 0 ? 0 : y * (Math.log(y) - z[from + k] + logSum);
        distance += Math.abs(p[to + k] - y);
        p[to + k] = (float) (weights[row] * (sum * p[to + k] - y));
      }
      loss += weights[row] * divergence;
      error += weights[row] * distance / outputs;
    }
    return new Evaluation(loss, error);
  }

  @Override
  public String metricName() {
    return "mean absolute error";
  }

  @Override
  public boolean isLargerMetricBetter() {
    return false;
  }

  @Override
  public void predict(double[] output) {
    Classes.softmax(output);
  }

  @Override
  public Link link() {
    return Link.SOFTMAX;
  }
}
