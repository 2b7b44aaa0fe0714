package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.layer.block.Bidirectional;
import io.sparknn.layer.block.Bidirectional.MergeMode;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasActivation;
import io.sparknn.ml.param.HasBiasInitializer;
import io.sparknn.ml.param.HasDropout;
import io.sparknn.ml.param.HasKernelInitializer;
import io.sparknn.ml.param.HasRecurrentInitializer;
import io.sparknn.ml.param.HasUnits;
import io.sparknn.ml.param.HasUseBias;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import java.util.Locale;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;

/**
 * A layer that reads a sequence step by step, in one direction or in both.
 *
 * @param <S> the stage's own type
 */
public abstract class RecurrentStage<S extends RecurrentStage<S>> extends UnaryLayerStage<S>
    implements HasUnits<S>,
        HasActivation<S>,
        HasUseBias<S>,
        HasDropout<S>,
        HasKernelInitializer<S>,
        HasRecurrentInitializer<S>,
        HasBiasInitializer<S>,
        HasWeights<S> {
  private static final long serialVersionUID = 1L;

  /** Whether there are two directions, and how they are joined. */
  private enum Directions {
    NONE,
    CONCAT,
    SUM,
    MUL,
    AVE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  protected RecurrentStage(String uid) {
    super(uid);
    setDefault(activation(), "tanh");
    setDefault(useBias(), true);
    setDefault(returnSequences(), false);
    setDefault(goBackwards(), false);
    setDefault(bidirectional(), "none");
    setDefault(dropout(), 0.0);
    setDefault(recurrentDropout(), 0.0);
    setDefault(kernelInitializer(), "glorot_uniform");
    setDefault(recurrentInitializer(), "orthogonal");
    setDefault(biasInitializer(), "zeros");
  }

  /** Param: whether the output is that of every step, not of the last one alone. */
  public BooleanParam returnSequences() {
    return Rule.flag(
        this,
        "returnSequences",
        "whether the output is that of every step, not of the last one alone");
  }

  public boolean getReturnSequences() {
    return (Boolean) getOrDefault(returnSequences());
  }

  public S setReturnSequences(boolean value) {
    set(returnSequences(), value);
    return self();
  }

  /** Param: whether the last step is read first. */
  public BooleanParam goBackwards() {
    return Rule.flag(this, "goBackwards", "whether the last step is read first");
  }

  public boolean getGoBackwards() {
    return (Boolean) getOrDefault(goBackwards());
  }

  public S setGoBackwards(boolean value) {
    set(goBackwards(), value);
    return self();
  }

  /** Param: how the outputs of two layers, one for each direction, are joined; none for one. */
  public Param<String> bidirectional() {
    return Rule.oneOf(
        Directions.class,
        this,
        "bidirectional",
        "how the outputs of two layers, one for each direction, are joined; none for one layer");
  }

  public String getBidirectional() {
    return getOrDefault(bidirectional());
  }

  public S setBidirectional(String value) {
    set(bidirectional(), value);
    return self();
  }

  /** Param: the probability with which an element of the state is dropped, at all steps. */
  public DoubleParam recurrentDropout() {
    return Rule.number(
        "in [0, 1)",
        value -> value >= 0 && value < 1,
        this,
        "recurrentDropout",
        "the probability with which an element of the state is dropped, at all steps");
  }

  public double getRecurrentDropout() {
    return (Double) getOrDefault(recurrentDropout());
  }

  public S setRecurrentDropout(double value) {
    set(recurrentDropout(), value);
    return self();
  }

  /** The layer for one direction. */
  protected abstract Layer toLayer(boolean goBackwards);

  @Override
  protected Layer toLayer() {
    Layer layer = toLayer(getGoBackwards());
    Directions directions = Rule.parse(Directions.class, getBidirectional());
    return directions == Directions.NONE
        ? layer
        : new Bidirectional(
            layer, toLayer(!getGoBackwards()), MergeMode.valueOf(directions.name()));
  }
}
