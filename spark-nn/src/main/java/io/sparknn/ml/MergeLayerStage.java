package io.sparknn.ml;

import io.sparknn.ml.param.HasInputCols;
import java.util.List;

/**
 * A layer that joins columns. It writes the column {@code features} by default.
 *
 * @param <S> the stage's own type
 */
public abstract class MergeLayerStage<S extends MergeLayerStage<S>> extends LayerStage<S>
    implements HasInputCols<S> {
  private static final long serialVersionUID = 1L;

  protected MergeLayerStage(String uid) {
    super(uid);
    setDefault(outputCol(), "features");
  }

  @Override
  protected List<String> inputColumns() {
    if (!isDefined(inputCols())) {
      throw new IllegalArgumentException(uid() + ": set inputCols, the columns to join");
    }
    return List.of(getInputCols());
  }
}
