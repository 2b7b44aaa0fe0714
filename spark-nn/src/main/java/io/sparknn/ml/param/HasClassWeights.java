package io.sparknn.ml.param;

import java.util.stream.DoubleStream;
import org.apache.spark.ml.param.DoubleArrayParam;

/** How much each class counts in a loss. */
public interface HasClassWeights<S> extends Fluent<S> {

  /** Param: for each class what its rows' weights are multiplied by in the loss; none for 1. */
  default DoubleArrayParam classWeights() {
    return Rule.numbers(
        "numbers of at least 0",
        values -> DoubleStream.of(values).allMatch(w -> w >= 0 && Double.isFinite(w)),
        this,
        "classWeights",
        "for each class what its rows' weights are multiplied by in the loss; none for 1");
  }

  default double[] getClassWeights() {
    return getOrDefault(classWeights());
  }

  default S setClassWeights(double... value) {
    set(classWeights(), value);
    return self();
  }
}
