package io.sparknn.ml.param;

import java.util.Locale;

/** How the predicted labels of a row are written, if there may be several. */
public enum PredictionFormat {
  /** A vector of 1 for each label that is predicted, else of 0. */
  FLAGS,
  /** An array of the indices of the labels that are predicted, as Spark's evaluator reads it. */
  INDICES;

  /** The name as users write it, as in {@code indices}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
