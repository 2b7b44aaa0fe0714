package io.sparknn.benchmark;

import java.util.Locale;

/** What is timed. */
enum Phase {
  /** Forward, backward and the optimiser's step. */
  TRAIN,
  /** Forward only. */
  SCORE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
