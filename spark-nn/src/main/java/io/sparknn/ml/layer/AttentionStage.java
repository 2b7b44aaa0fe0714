package io.sparknn.ml.layer;

import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasCausal;
import io.sparknn.ml.param.HasDropout;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import java.util.List;
import org.apache.spark.ml.param.Param;

/**
 * What attention layers share: they read the queries from the input column, and the values and keys
 * from other columns, if set.
 *
 * @param <S> the stage's own type
 */
public abstract class AttentionStage<S extends AttentionStage<S>> extends UnaryLayerStage<S>
    implements HasCausal<S>, HasDropout<S>, HasWeights<S> {
  private static final long serialVersionUID = 1L;

  protected AttentionStage(String uid) {
    super(uid);
    setDefault(causal(), false);
    setDefault(dropout(), 0.0);
  }

  /**
   * Param: the column of the values; the input column, whose rows attend to themselves, if unset.
   */
  public Param<String> valueCol() {
    return Rule.column(this, "valueCol", "the column of the values; the input column by default");
  }

  public String getValueCol() {
    return isSet(valueCol()) ? getOrDefault(valueCol()) : getInputCol();
  }

  public S setValueCol(String value) {
    set(valueCol(), value);
    return self();
  }

  /** Param: the column of the keys; that of the values if unset. */
  public Param<String> keyCol() {
    return Rule.column(this, "keyCol", "the column of the keys; that of the values by default");
  }

  public String getKeyCol() {
    return isSet(keyCol()) ? getOrDefault(keyCol()) : getValueCol();
  }

  public S setKeyCol(String value) {
    set(keyCol(), value);
    return self();
  }

  @Override
  protected List<String> inputColumns() {
    if (isSet(keyCol())) {
      return List.of(getInputCol(), getValueCol(), getKeyCol());
    }
    return isSet(valueCol()) ? List.of(getInputCol(), getValueCol()) : List.of(getInputCol());
  }
}
