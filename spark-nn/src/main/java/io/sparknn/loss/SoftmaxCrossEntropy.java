package io.sparknn.loss;

import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Cross-entropy between the softmax p of the outputs (logits) z and a class index y:
 *
 * <pre>
 * loss = w_y * sum over k of q_k (1 - p_k)^gamma (-ln p_k),   q = (1 - s) onehot(y) + s / classes
 * </pre>
 *
 * <p>By default {@code loss = -ln p_y}, with the gradient {@code p - onehot(y)}. A label is one
 * number, outputs are {@code (rows, classes)}. Metric: accuracy.
 *
 * <p>Class weights multiply a row's weight in the loss, as in Keras: what the loss is divided by in
 * the end is the sum of the rows' own weights, not of their classes' as in PyTorch, and smoothing
 * weighs no class by itself.
 *
 * @param labelSmoothing s: how much of the target is spread over all classes (Szegedy et al. 2016,
 *     "Rethinking the Inception Architecture for Computer Vision"); 0 by default
 * @param classWeights w: one a class, or none if all are 1, as by default
 * @param focalGamma gamma: how much less rows count that are right already (Lin et al. 2017, "Focal
 *     Loss for Dense Object Detection"); 0, the default, is plain cross-entropy
 */
public record SoftmaxCrossEntropy(
    double labelSmoothing, List<Double> classWeights, double focalGamma) implements Loss {

  /** Plain cross-entropy. */
  public SoftmaxCrossEntropy() {
    this(0, List.of(), 0);
  }

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
      if (weights[row] == 0) {
        Arrays.fill(p, to, to + classes, 0);
        continue;
      }
      int label = (int) labels[row];
      int best = Classes.greatest(z, from, classes);
      double weight = weights[row] * Classes.weight(classWeights, label);
      loss +=
          weight
              * (focalGamma == 0
                  ? plain(z, from, p, to, classes, label, best)
                  : focal(z, from, p, to, classes, label, best));
      correct += label == best ? weights[row] : 0;
      Maths.scale((float) weight, p, to, p, to, classes);
    }
    return new Evaluation(loss, correct);
  }

  /** A row's loss; makes its gradient of its softmax. */
  private double plain(float[] z, int from, float[] p, int to, int classes, int label, int best) {
    // ln(sum e^z) - z_k, by way of the largest output, whose softmax never underflows.
    double logSum = z[from + best] - Math.log(p[to + best]);
    p[to + label] -= (float) (1 - labelSmoothing);
    if (labelSmoothing == 0) {
      return logSum - z[from + label];
    }
    for (int k = 0; k < classes; k++) {
      p[to + k] -= (float) (labelSmoothing / classes);
    }
    double mean = Maths.sum(z, from, classes) / classes;
    return (1 - labelSmoothing) * (logSum - z[from + label]) + labelSmoothing * (logSum - mean);
  }

  /** A row's focal loss and gradient. */
  private double focal(float[] z, int from, float[] dz, int to, int classes, int label, int best) {
    double rest = 0;
    for (int k = 0; k < classes; k++) {
      rest += k == best ? 0 : Math.exp((double) z[from + k] - z[from + best]);
    }
    double logSum = z[from + best] + Math.log1p(rest);
    double loss = 0;
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      double target = (k == label ? 1 - labelSmoothing : 0) + labelSmoothing / classes;
      double logP = z[from + k] - logSum;
      double miss = -Math.expm1(logP);
      double factor = Math.pow(miss, focalGamma);
      loss -= target * factor * logP;
      // p times the derivative of -(1 - p)^gamma ln p; ln p / (1 - p) is -1 where p is 1.
      double slope =
          factor * (focalGamma * Math.exp(logP) * (miss == 0 ? -1 : logP / miss) - 1) * target;
      dz[to + k] = (float) slope;
      sum += slope;
    }
    for (int k = 0; k < classes; k++) {
      dz[to + k] -= (float) (sum * Math.exp(z[from + k] - logSum));
    }
    return loss;
  }

  @Override
  public String metricName() {
    return "accuracy";
  }

  @Override
  public boolean isLargerMetricBetter() {
    return true;
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
