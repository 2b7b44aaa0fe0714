package io.sparknn.ml.param;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The loss that training makes small. Only heads have a setter: a model predicts by the loss that
 * it was trained with.
 */
public interface HasLoss extends Params {

  /** Param: the loss that training makes small. */
  Param<String> loss();

  default String getLoss() {
    return getOrDefault(loss());
  }
}
