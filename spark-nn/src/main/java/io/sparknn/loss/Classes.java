package io.sparknn.loss;

import java.util.List;

/** What losses of a class index have in common. */
final class Classes {
  private Classes() {}

  /** The first class of the greatest output. */
  static int greatest(float[] z, int from, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      best = z[from + k] > z[from + best] ? k : best;
    }
    return best;
  }

  /** Turns a row's outputs into their softmax. */
  static void softmax(double[] z) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (double output : z) {
      greatest = Math.max(greatest, output);
    }
    double sum = 0;
    for (int k = 0; k < z.length; k++) {
      z[k] = Math.exp(z[k] - greatest);
      sum += z[k];
    }
    for (int k = 0; k < z.length; k++) {
      z[k] /= sum;
    }
  }

  /** A class' weight; 1 where there are none. */
  static double weight(List<Double> classWeights, int k) {
    return classWeights.isEmpty() ? 1 : classWeights.get(k);
  }
}
