package io.sparknn.ml.param;

import io.sparknn.spark.AggregationMode;
import org.apache.spark.ml.param.Param;

/** How the partitions' gradients come together. */
public interface HasAggregationMode<S> extends Fluent<S> {

  /** Param: how the partitions' gradients come together. */
  default Param<String> aggregationMode() {
    return Rule.oneOf(
        AggregationMode.class,
        this,
        "aggregationMode",
        "how the partitions' gradients come together: in a Spark job an iteration, or inside one barrier stage");
  }

  default String getAggregationMode() {
    return getOrDefault(aggregationMode());
  }

  default S setAggregationMode(String value) {
    set(aggregationMode(), value);
    return self();
  }
}
