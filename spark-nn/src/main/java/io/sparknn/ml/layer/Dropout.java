package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.DoubleParam;

/** Drops elements at random in training: see {@link io.sparknn.layer.core.Dropout}. */
public final class Dropout extends UnaryLayerStage<Dropout> {
  private static final long serialVersionUID = 1L;

  public Dropout() {
    this(newUid(Dropout.class));
  }

  public Dropout(String uid) {
    super(uid);
    setDefault(rate(), 0.5);
  }

  /** Param: the probability with which an element is dropped. */
  public DoubleParam rate() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "rate",
        "the probability with which an element is dropped");
  }

  public double getRate() {
    return (Double) getOrDefault(rate());
  }

  public Dropout setRate(double value) {
    set(rate(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.core.Dropout(getRate());
  }
}
