package io.sparknn.benchmark;

import java.util.Locale;

/** What is timed. */
enum Phase {
  /** Forward, backward and the optimiser's step. */
  TRAIN,
  /** Forward only. */
  SCORE;

  /** Runs steps for a time, and returns how many there were in a second. */
  double rate(double seconds, Runnable trainStep, Runnable score) {
    Runnable step = this == TRAIN ? trainStep : score;
    long start = System.nanoTime();
    long time = (long) (seconds * 1e9);
    long steps = 0;
    long elapsed = 0;
    while (elapsed < time) {
      step.run();
      steps++;
      elapsed = System.nanoTime() - start;
    }
    return steps * 1e9 / elapsed;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
