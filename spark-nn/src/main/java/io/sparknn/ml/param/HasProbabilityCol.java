package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;

/** The column for the probabilities of the classes; none if empty. */
public interface HasProbabilityCol<S> extends Fluent<S> {

  /** Param: the column for the probabilities of the classes; none if empty. */
  default Param<String> probabilityCol() {
    return Rule.column(
        this, "probabilityCol", "the column for the probabilities of the classes; none if empty");
  }

  default String getProbabilityCol() {
    return getOrDefault(probabilityCol());
  }

  default S setProbabilityCol(String value) {
    set(probabilityCol(), value);
    return self();
  }
}
