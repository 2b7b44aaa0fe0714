package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;

/** Batch statistics over all replicas. */
public interface HasSynchronized<S> extends Fluent<S> {

  /**
   * Param {@code synchronized}, a word that Java keeps for itself: whether batches are normalised
   * by the statistics of all their rows, wherever they lie, instead of those that a replica holds.
   */
  default BooleanParam synchronization() {
    return Rule.flag(
        this,
        "synchronized",
        "whether batches are normalised by the statistics of all their rows, wherever they lie");
  }

  default boolean getSynchronized() {
    return (Boolean) getOrDefault(synchronization());
  }

  default S setSynchronized(boolean value) {
    set(synchronization(), value);
    return self();
  }
}
