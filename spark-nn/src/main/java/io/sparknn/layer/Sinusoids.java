package io.sparknn.layer;

import io.sparknn.tensor.Tensor;

/**
 * Sines and cosines that tell the steps of a sequence apart: at features 2i and 2i + 1 of a step
 * those of the angle {@code step * 10000^(-2 i / features)} (Vaswani et al., NeurIPS 2017).
 */
public final class Sinusoids {
  private static final double BASE = 10_000;

  private Sinusoids() {}

  /** Fills a table (steps, features); an odd number of features ends with a sine. */
  public static void fill(Tensor table) {
    int features = table.columns();
    for (int feature = 0; feature < features; feature += 2) {
      double angle = Math.pow(BASE, -(double) feature / features);
      double sineOfOne = Math.sin(angle);
      double cosineOfOne = Math.cos(angle);
      double sine = 0;
      double cosine = 1;
      // Adding one step's angle to the last step's costs less than two functions a step.
      for (int step = 0; step < table.rows(); step++) {
        int place = table.offset() + step * features + feature;
        table.data()[place] = (float) sine;
        if (feature + 1 < features) {
          table.data()[place + 1] = (float) cosine;
        }
        double next = sine * cosineOfOne + cosine * sineOfOne;
        cosine = cosine * cosineOfOne - sine * sineOfOne;
        sine = next;
      }
    }
  }
}
