package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** How many heads look at the input. */
public interface HasHeads<S> extends Fluent<S> {

  /** Param: the number of heads. */
  default IntParam numHeads() {
    return Rule.atLeast(1, this, "numHeads", "the number of heads");
  }

  default int getNumHeads() {
    return (Integer) getOrDefault(numHeads());
  }

  default S setNumHeads(int value) {
    set(numHeads(), value);
    return self();
  }

  /** Param: the number of heads of keys and values, if fewer; 0 for {@code numHeads}. */
  default IntParam numKeyValueHeads() {
    return Rule.atLeast(
        0,
        this,
        "numKeyValueHeads",
        "the number of heads of keys and values, if fewer; 0 for numHeads");
  }

  default int getNumKeyValueHeads() {
    return (Integer) getOrDefault(numKeyValueHeads());
  }

  default S setNumKeyValueHeads(int value) {
    set(numKeyValueHeads(), value);
    return self();
  }
}
