package io.sparknn.ml.param;

import org.apache.spark.ml.param.DoubleParam;

/** Limits of the gradient, which are not kept unless they are set. */
public interface HasClipping<S> extends Fluent<S> {

  /** Param: the greatest absolute value of an element of the mean gradient; no limit if not set. */
  default DoubleParam clipValue() {
    return Rule.positive(
        this,
        "clipValue",
        "the greatest absolute value of an element of the mean gradient; no limit if not set");
  }

  default double getClipValue() {
    return (Double) getOrDefault(clipValue());
  }

  default S setClipValue(double value) {
    set(clipValue(), value);
    return self();
  }

  /** Param: the greatest norm of a weight tensor's mean gradient; no limit if not set. */
  default DoubleParam clipNorm() {
    return Rule.positive(
        this,
        "clipNorm",
        "the greatest norm of a weight tensor's mean gradient; no limit if not set");
  }

  default double getClipNorm() {
    return (Double) getOrDefault(clipNorm());
  }

  default S setClipNorm(double value) {
    set(clipNorm(), value);
    return self();
  }

  /** Param: the greatest norm of the whole mean gradient; no limit if not set. */
  default DoubleParam globalClipNorm() {
    return Rule.positive(
        this,
        "globalClipNorm",
        "the greatest norm of the whole mean gradient; no limit if not set");
  }

  default double getGlobalClipNorm() {
    return (Double) getOrDefault(globalClipNorm());
  }

  default S setGlobalClipNorm(double value) {
    set(globalClipNorm(), value);
    return self();
  }
}
