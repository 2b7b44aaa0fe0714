package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;

/** Rows that training keeps for validation. */
public interface HasValidation<S> extends Fluent<S> {

  /** Param: the column that is true in the rows that are kept for validation. */
  default Param<String> validationIndicatorCol() {
    return Rule.column(
        this,
        "validationIndicatorCol",
        "the column that is true in the rows that are kept for validation");
  }

  default String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol());
  }

  default S setValidationIndicatorCol(String value) {
    set(validationIndicatorCol(), value);
    return self();
  }

  /** Param: the fraction of the rows, chosen at random, that are kept for validation. */
  default DoubleParam validationFraction() {
    return Rule.number(
        "at least 0 and below 1",
        f -> f >= 0 && f < 1,
        this,
        "validationFraction",
        "the fraction of the rows, chosen at random, that are kept for validation");
  }

  default double getValidationFraction() {
    return (Double) getOrDefault(validationFraction());
  }

  default S setValidationFraction(double value) {
    set(validationFraction(), value);
    return self();
  }
}
