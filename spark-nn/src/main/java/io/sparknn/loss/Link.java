package io.sparknn.loss;

import java.util.Locale;

/** What makes predictions of a network's raw output, where that saturates. */
public enum Link {
  /** Anything else. */
  NONE,
  SOFTMAX,
  SIGMOID;

  /** The name as users write it, as in {@code softmax}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
