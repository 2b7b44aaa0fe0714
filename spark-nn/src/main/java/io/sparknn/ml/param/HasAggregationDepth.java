package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntParam;

/** The greatest depth of the tree along which gradients are added up. */
public interface HasAggregationDepth<S> extends Fluent<S> {

  /** Param: the greatest depth of the tree along which gradients are added up. */
  default IntParam aggregationDepth() {
    return Rule.atLeast(
        1,
        this,
        "aggregationDepth",
        "the greatest depth of the tree along which gradients are added up");
  }

  default int getAggregationDepth() {
    return (Integer) getOrDefault(aggregationDepth());
  }

  default S setAggregationDepth(int value) {
    set(aggregationDepth(), value);
    return self();
  }
}
