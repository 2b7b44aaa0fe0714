package io.sparknn.loss;

import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Binary cross-entropy between the sigmoid p of each output (logit) z and its label y of 0 or 1,
 * averaged over the outputs of a row, each of which may be on whatever the others are:
 *
 * <pre>
 * loss = mean of w t (1 - p)^gamma (-ln p) + (1 - t) p^gamma (-ln(1 - p)),   t = y (1 - s) + s / 2
 * </pre>
 *
 * <p>By default the gradient is {@code (p - y) / outputs}. Labels and outputs are {@code (rows,
 * outputs)}. Metric: the share of the outputs that are on the right side of 1/2.
 *
 * @param labelSmoothing s: how far labels are drawn to 1/2; 0 by default
 * @param classWeights w: the weight of the rows where an output's label is 1, one an output, or
 *     none if all are 1, as by default
 * @param focalGamma gamma: how much less outputs count that are right already (Lin et al. 2017,
 *     "Focal Loss for Dense Object Detection"); 0, the default, is plain cross-entropy
 */
public record SigmoidCrossEntropy(
    double labelSmoothing, List<Double> classWeights, double focalGamma) implements Loss {

  /** Plain cross-entropy. */
  public SigmoidCrossEntropy() {
    this(0, List.of(), 0);
  }

  @Override
  public int labelSize(int outputs) {
    return outputs;
  }

  @Override
  public Evaluation evaluate(Tensor output, float[] labels, float[] weights, Tensor gradient) {
    int outputs = output.columns();
    double loss = 0;
    double correct = 0;
    for (int row = 0; row < output.rows(); row++) {
      double weight = (double) weights[row] / outputs;
      for (int k = 0; k < outputs; k++) {
        int i = row * outputs + k;
        if (weight == 0) {
          gradient.data()[gradient.offset() + i] = 0;
          continue;
        }
        double z = output.data()[output.offset() + i];
        double target = labels[i] * (1 - labelSmoothing) + labelSmoothing / 2;
        double tail = Math.log1p(Math.exp(-Math.abs(z)));
        // -ln p and -ln(1 - p), of which one is near 0 when the other is large.
        double on = Math.max(-z, 0) + tail;
        double off = Math.max(z, 0) + tail;
        double p = Math.exp(-on);
        double miss = Math.exp(-off);
        double onWeight = weight * target * Classes.weight(classWeights, k) * focus(off);
        double offWeight = weight * (1 - target) * focus(on);
        loss += onWeight * on + offWeight * off;
        gradient.data()[gradient.offset() + i] =
            (float)
                (offWeight * (p + focalGamma * miss * off)
                    - onWeight * (miss + focalGamma * p * on));
        correct += z > 0 == labels[i] > 0.5 ? weight : 0;
      }
    }
    return new Evaluation(loss, correct);
  }

  /** {@code q^gamma} for {@code -ln q}. */
  private double focus(double negativeLog) {
    return focalGamma == 0 ? 1 : Math.exp(-focalGamma * negativeLog);
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
    Arrays.setAll(output, k -> 1 / (1 + Math.exp(-output[k])));
  }

  @Override
  public Link link() {
    return Link.SIGMOID;
  }
}
