package io.sparknn.benchmark;

/** A library that computes a workload, always on the same batch. */
interface Contender extends AutoCloseable {

  String name();

  /** The mean loss of the batch, as in scoring. */
  double loss();

  /** Runs steps of a phase for a time, and returns the samples a second. */
  double run(Phase phase, double seconds);

  /** One step: forward, backward and the optimiser's. Returns the mean loss before it. */
  double trainStep();

  @Override
  void close();
}
