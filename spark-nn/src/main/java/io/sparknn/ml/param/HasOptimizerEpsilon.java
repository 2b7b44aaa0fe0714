package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** What keeps a solver's division away from 0; the solver's own if it is not set. */
public interface HasOptimizerEpsilon<S> extends Fluent<S> {

  /** Param: what keeps the solver's division away from 0; the solver's own if not set. */
  default DoubleParam optimizerEpsilon() {
    return Rule.positive(
        this,
        "optimizerEpsilon",
        "what keeps the solver's division away from 0; the solver's own if not set");
  }

  default double getOptimizerEpsilon() {
    return (Double) getOrDefault(optimizerEpsilon());
  }

  default S setOptimizerEpsilon(double value) {
    set(optimizerEpsilon(), value);
    return self();
  }
}
