package io.sparknn.loss;

import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Multi-class hinge loss of a class index y: how far the output of the class is from being 1 above
 * the greatest other, {@code w_y max(0, 1 - z_y + max over j != y of z_j)} (Crammer and Singer
 * 2001, "On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines"). The
 * gradient is {@code -w_y} at y and {@code w_y} at j, or 0 where the margin is kept. A label is one
 * number, outputs are {@code (rows, classes)} with at least 2 classes. Metric: accuracy.
 *
 * <p>Margins are no probabilities: {@link #predict} gives the softmax of the outputs, a score
 * between 0 and 1 that orders the classes as the outputs do, and says nothing of how often a class
 * occurs.
 *
 * @param classWeights w: one a class, or none if all are 1, as by default
 */
public record Hinge(List<Double> classWeights) implements Loss {

  /** With all classes of weight 1. */
  public Hinge() {
    this(List.of());
  }

  @Override
  public int labelSize(int outputs) {
    return 1;
  }

  @Override
  public Evaluation evaluate(Tensor output, float[] labels, float[] weights, Tensor gradient) {
    float[] z = output.data();
    float[] dz = gradient.data();
    int classes = output.columns();
    double loss = 0;
    double correct = 0;
    for (int row = 0; row < output.rows(); row++) {
      int from = output.offset() + row * classes;
      int to = gradient.offset() + row * classes;
      Arrays.fill(dz, to, to + classes, 0);
      if (weights[row] == 0) {
        continue;
      }
      int label = (int) labels[row];
      int rival = rival(z, from, classes, label);
      double missing = 1 - (double) z[from + label] + z[from + rival];
      if (missing > 0) {
        double weight = weights[row] * Classes.weight(classWeights, label);
        loss += weight * missing;
        dz[to + label] = (float) -weight;
        dz[to + rival] = (float) weight;
      }
      correct += label == Classes.greatest(z, from, classes) ? weights[row] : 0;
    }
    return new Evaluation(loss, correct);
  }

  /** The greatest output's class but for the label. */
  private static int rival(float[] z, int from, int classes, int label) {
    int best = label == 0 ? 1 : 0;
    for (int k = best + 1; k < classes; k++) {
      best = k != label && z[from + k] > z[from + best] ? k : best;
    }
    return best;
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
