package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.HasCenterAndScale;
import io.sparknn.ml.param.HasEpsilon;
import io.sparknn.ml.param.HasWeights;
import io.sparknn.ml.param.Rule;
import org.apache.spark.ml.param.IntParam;

/**
 * Normalisation of each row by groups of channels: see {@link
 * io.sparknn.layer.norm.GroupNormalization}.
 */
public final class GroupNormalization extends UnaryLayerStage<GroupNormalization>
    implements HasEpsilon<GroupNormalization>,
        HasCenterAndScale<GroupNormalization>,
        HasWeights<GroupNormalization> {
  private static final long serialVersionUID = 1L;

  public GroupNormalization() {
    this(newUid(GroupNormalization.class));
  }

  public GroupNormalization(String uid) {
    super(uid);
    setDefault(groups(), 32);
    setDefault(epsilon(), 1e-3);
    setDefault(center(), true);
    setDefault(scale(), true);
  }

  /** Param: the number of groups, a divisor of the number of channels. */
  public IntParam groups() {
    return Rule.atLeast(
        1, this, "groups", "the number of groups, a divisor of the number of channels");
  }

  public int getGroups() {
    return (Integer) getOrDefault(groups());
  }

  public GroupNormalization setGroups(int value) {
    set(groups(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    return new io.sparknn.layer.norm.GroupNormalization(
        getGroups(), getEpsilon(), getCenter(), getScale());
  }
}
