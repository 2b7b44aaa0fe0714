package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.Rule;
import io.sparknn.tensor.Shape;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.IntArrayParam;

/** The same elements under another shape: see {@link io.sparknn.layer.core.Reshape}. */
public final class Reshape extends UnaryLayerStage<Reshape> {
  private static final long serialVersionUID = 1L;

  public Reshape() {
    this(newUid(Reshape.class));
  }

  public Reshape(String uid) {
    super(uid);
  }

  /** Param: the shape of one row of the output; one extent may be -1. */
  public IntArrayParam targetShape() {
    return Rule.integers(
        "numbers of at least 1, at most one of them -1",
        Reshape::isShape,
        this,
        "targetShape",
        "the shape of one row of the output");
  }

  private static boolean isShape(int[] extents) {
    return extents.length > 0
        && IntStream.of(extents).allMatch(extent -> extent >= 1 || extent == -1)
        && IntStream.of(extents).filter(extent -> extent == -1).count() <= 1;
  }

  public int[] getTargetShape() {
    return getOrDefault(targetShape());
  }

  public Reshape setTargetShape(int... value) {
    set(targetShape(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    if (!isSet(targetShape())) {
      throw new IllegalArgumentException("targetShape must be set, as in 28, 28, 1");
    }
    return new io.sparknn.layer.core.Reshape(Shape.of(getTargetShape()));
  }
}
