package io.sparknn.ml.param;

import io.sparknn.loss.Regression;
import org.apache.spark.ml.param.Param;

/** The loss that training makes small. */
public interface HasLoss<S> extends Fluent<S> {

  /** Param: the loss that training makes small. */
  default Param<String> loss() {
    return Rule.oneOf(Regression.class, this, "loss", "the loss that training makes small");
  }

  default String getLoss() {
    return getOrDefault(loss());
  }

  default S setLoss(String value) {
    set(loss(), value);
    return self();
  }
}
