package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** Groups of filters, each of which sees channels of its own. */
public interface HasConvolutionGroups<S> extends Fluent<S> {

  /** Param: the number of groups of filters, each of which sees channels of its own. */
  default IntParam groups() {
    return Rule.atLeast(
        1, this, "groups", "the number of groups of filters, each of which sees its own channels");
  }

  default int getGroups() {
    return (Integer) getOrDefault(groups());
  }

  default S setGroups(int value) {
    set(groups(), value);
    return self();
  }
}
