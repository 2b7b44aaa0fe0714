package io.sparknn.loss;

import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;

/**
 * Cross-entropy between the softmax of the outputs (logits) z and a class index k: {@code loss =
 * ln(sum over j of e^(z_j)) - z_k}, {@code gradient = softmax(z) - onehot(k)}. Metric: accuracy.
 */
public record SoftmaxCrossEntropy() implements Loss {

  @Override
  public int labelSize(int outputs) {
    return 1;
  }

  @Override
  public Evaluation evaluate(Tensor output, float[] labels, float[] weights, Tensor gradient) {
    float[] z = output.data();
    float[] p = gradient.data();
    int classes = output.columns();
    Maths.softmax(output, gradient);
    double loss = 0;
    double correct = 0;
    for (int row = 0; row < output.rows(); row++) {
      int from = output.offset() + row * classes;
      int to = gradient.offset() + row * classes;
      int label = (int) labels[row];
      int best = 0;
      for (int k = 1; k < classes; k++) {
        best = z[from + k] > z[from + best] ? k : best;
      }
      // ln(sum e^z) - z_k, by way of the largest output, whose softmax never underflows.
      double logSum = z[from + best] - Math.log(p[to + best]);
      loss += weights[row] * (logSum - z[from + label]);
      correct += label == best ? weights[row] : 0;
      p[to + label] -= 1;
      Maths.scale(weights[row], p, to, p, to, classes);
    }
    return new Evaluation(loss, correct);
  }

  @Override
  public String metricName() {
    return "accuracy";
  }

  @Override
  public void predict(Tensor output) {
    Maths.softmax(output, output);
  }
}
