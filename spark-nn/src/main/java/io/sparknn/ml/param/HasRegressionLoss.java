package io.sparknn.ml.param;

import io.sparknn.loss.RegressionLoss;
import org.apache.spark.ml.param.Param;

/** The loss that a regressor makes small. */
public interface HasRegressionLoss extends HasLoss {

  @Override
  default Param<String> loss() {
    return Rule.oneOf(RegressionLoss.class, this, "loss", "the loss that training makes small");
  }
}
