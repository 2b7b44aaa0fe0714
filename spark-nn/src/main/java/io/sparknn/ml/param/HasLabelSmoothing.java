package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** How much a loss doubts the labels. */
public interface HasLabelSmoothing<S> extends Fluent<S> {

  /** Param: how much of a label is spread evenly over all classes. */
  default DoubleParam labelSmoothing() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "labelSmoothing",
        "how much of a label is spread evenly over all classes");
  }

  default double getLabelSmoothing() {
    return (Double) getOrDefault(labelSmoothing());
  }

  default S setLabelSmoothing(double value) {
    set(labelSmoothing(), value);
    return self();
  }
}
