package io.sparknn.ml.param;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;

/** How a layer's weights are trained. */
public interface HasWeights<S> extends Fluent<S> {

  /** Param: whether the weights are trained; otherwise they keep their first values. */
  default BooleanParam trainable() {
    return Rule.flag(this, "trainable", "whether the weights are trained or frozen");
  }

  default boolean getTrainable() {
    return (Boolean) getOrDefault(trainable());
  }

  default S setTrainable(boolean value) {
    set(trainable(), value);
    return self();
  }

  /** Param: adds l1 * sum of |w| over kernels and embeddings to the loss. */
  default DoubleParam l1() {
    return penalty("l1", "adds l1 * sum of |w| over kernels and embeddings to the loss");
  }

  default double getL1() {
    return (Double) getOrDefault(l1());
  }

  default S setL1(double value) {
    set(l1(), value);
    return self();
  }

  /** Param: adds l2 * sum of w^2 over kernels and embeddings to the loss. */
  default DoubleParam l2() {
    return penalty("l2", "adds l2 * sum of w^2 over kernels and embeddings to the loss");
  }

  default double getL2() {
    return (Double) getOrDefault(l2());
  }

  default S setL2(double value) {
    set(l2(), value);
    return self();
  }

  /** Param: the greatest norm of the weights of one output, or of one embedding; 0 for any. */
  default DoubleParam maxNorm() {
    return penalty(
        "maxNorm", "the greatest norm of the weights of one output or one embedding; 0 for any");
  }

  default double getMaxNorm() {
    return (Double) getOrDefault(maxNorm());
  }

  default S setMaxNorm(double value) {
    set(maxNorm(), value);
    return self();
  }

  /** Param: a safetensors file with first values for weights of the layer, by their names. */
  default Param<String> initialWeights() {
    return new Param<>(
        this,
        "initialWeights",
        "a safetensors file with first values for weights of the layer, by their names");
  }

  default String getInitialWeights() {
    return getOrDefault(initialWeights());
  }

  default S setInitialWeights(String value) {
    set(initialWeights(), value);
    return self();
  }

  private DoubleParam penalty(String name, String doc) {
    return Rule.notNegative(this, name, doc);
  }
}
