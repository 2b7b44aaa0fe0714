package io.sparknn.ml.param;

import io.sparknn.loss.ClassificationLoss;
import org.apache.spark.ml.param.Param;

/** The loss that a classifier makes small. */
public interface HasClassificationLoss extends HasLoss {

  @Override
  default Param<String> loss() {
    return Rule.oneOf(ClassificationLoss.class, this, "loss", "the loss that training makes small");
  }
}
