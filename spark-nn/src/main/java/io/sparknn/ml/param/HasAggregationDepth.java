package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** The depth of the tree along which gradients are added up. */
public interface HasAggregationDepth<S> extends Fluent<S> {

  /** Param: the depth of the tree along which gradients are added up; chosen if not set. */
  default IntParam aggregationDepth() {
    return Rule.atLeast(
        1,
        this,
        "aggregationDepth",
        "the depth of the tree along which gradients are added up; chosen if not set");
  }

  default int getAggregationDepth() {
    return (Integer) getOrDefault(aggregationDepth());
  }

  default S setAggregationDepth(int value) {
    set(aggregationDepth(), value);
    return self();
  }
}
