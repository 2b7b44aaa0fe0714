package io.sparknn.ml.layer;

import io.sparknn.layer.Layer;
import io.sparknn.ml.UnaryLayerStage;
import io.sparknn.ml.param.Rule;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.IntArrayParam;

/** The axes of a row in another order: see {@link io.sparknn.layer.core.Permute}. */
public final class Permute extends UnaryLayerStage<Permute> {
  private static final long serialVersionUID = 1L;

  private static final String DOC =
      "which axis of the input each axis of the output is, from 1 on, as in 2, 1";

  public Permute() {
    this(newUid(Permute.class));
  }

  public Permute(String uid) {
    super(uid);
  }

  /** Param: which axis of the input each axis of the output is; 1 is the first axis of a row. */
  public IntArrayParam dims() {
    return Rule.integers(
        "one or more numbers of at least 1",
        axes -> axes.length > 0 && IntStream.of(axes).allMatch(axis -> axis >= 1),
        this,
        "dims",
        DOC);
  }

  public int[] getDims() {
    return getOrDefault(dims());
  }

  public Permute setDims(int... value) {
    set(dims(), value);
    return this;
  }

  @Override
  protected Layer toLayer() {
    if (!isSet(dims())) {
      throw new IllegalArgumentException("dims must be set: " + DOC);
    }
    return new io.sparknn.layer.core.Permute(IntStream.of(getDims()).boxed().toList());
  }
}
