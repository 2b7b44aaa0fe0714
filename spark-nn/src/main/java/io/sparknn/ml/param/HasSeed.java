package io.sparknn.ml.param;

import org.apache.spark.ml.param.LongParam;

/** The seed of all random choices. */
public interface HasSeed<S> extends Fluent<S> {

  /** Param: the seed of all random choices. */
  default LongParam seed() {
    return Rule.any(this, "seed", "the seed of all random choices");
  }

  default long getSeed() {
    return (Long) getOrDefault(seed());
  }

  default S setSeed(long value) {
    set(seed(), value);
    return self();
  }
}
