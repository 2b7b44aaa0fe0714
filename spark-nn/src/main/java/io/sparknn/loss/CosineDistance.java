package io.sparknn.loss;

import io.sparknn.tensor.Tensor;
import java.util.Arrays;

/**
 * How far a row's output z points away from its label y, whatever their lengths: {@code 1 - cos},
 * where {@code cos = z y / (|z| |y|)}, with the gradient {@code (cos z / |z| - y / |y|) / |z|}. A
 * vector shorter than 1e-12 points nowhere: its loss is 1 and its gradient 0. Labels and outputs
 * are {@code (rows, outputs)}. Metric: cos.
 */
public record CosineDistance() implements Loss {
  private static final double SHORTEST = 1e-12;

  @Override
  public int labelSize(int outputs) {
    return outputs;
  }

  @Override
  public Evaluation evaluate(Tensor output, float[] labels, float[] weights, Tensor gradient) {
    float[] z = output.data();
    float[] dz = gradient.data();
    int outputs = output.columns();
    double loss = 0;
    double similarity = 0;
    for (int row = 0; row < output.rows(); row++) {
      int from = output.offset() + row * outputs;
      int to = gradient.offset() + row * outputs;
      int label = row * outputs;
      Arrays.fill(dz, to, to + outputs, 0);
      if (weights[row] == 0) {
        continue;
      }
      double length = Math.sqrt(dot(z, from, z, from, outputs));
      double labelLength = Math.sqrt(dot(labels, label, labels, label, outputs));
      double cos = 0;
      if (Math.min(length, labelLength) >= SHORTEST) {
        cos = dot(z, from, labels, label, outputs) / length / labelLength;
        for (int k = 0; k < outputs; k++) {
          double slope = cos * z[from + k] / length - labels[label + k] / labelLength;
          dz[to + k] = (float) (weights[row] * slope / length);
        }
      }
      loss += weights[row] * (1 - cos);
      similarity += weights[row] * cos;
    }
    return new Evaluation(loss, similarity);
  }

  private static double dot(float[] a, int ao, float[] b, int bo, int n) {
    double sum = 0;
    for (int k = 0; k < n; k++) {
      sum += (double) a[ao + k] * b[bo + k];
    }
    return sum;
  }

  @Override
  public String metricName() {
    return "cosine similarity";
  }

  @Override
  public boolean isLargerMetricBetter() {
    return true;
  }
}
