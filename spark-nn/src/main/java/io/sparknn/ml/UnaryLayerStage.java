package io.sparknn.ml;

import io.sparknn.ml.param.HasInputCol;
import java.util.List;

/**
 * A layer of one input. It reads the column {@code features} by default, and writes the column that
 * it reads. Of a field of a struct, as in {@code user.features}, it makes a column of that whole
 * name, which from then on comes before the field; set {@code outputCol} for another name.
 *
 * @param <S> the stage's own type
 */
public abstract class UnaryLayerStage<S extends UnaryLayerStage<S>> extends LayerStage<S>
    implements HasInputCol<S> {
  private static final long serialVersionUID = 1L;

  protected UnaryLayerStage(String uid) {
    super(uid);
    setDefault(inputCol(), "features");
  }

  @Override
  public String getOutputCol() {
    return isSet(outputCol()) ? getOrDefault(outputCol()) : getInputCol();
  }

  @Override
  protected List<String> inputColumns() {
    return List.of(getInputCol());
  }
}
