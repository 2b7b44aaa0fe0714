package io.sparknn.ml.param;

import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;

/** The elements left out before and after along each axis. */
public interface HasCropping<S> extends Fluent<S> {

  /** Param: the elements left out before and after along each axis. */
  default IntArrayParam cropping() {
    return Rule.integers(
        Axes.MARGINS_RULE,
        Axes::holdMargins,
        this,
        "cropping",
        "the elements left out before and after along each axis");
  }

  default int[] getCropping() {
    return getOrDefault(cropping());
  }

  default S setCropping(int... value) {
    set(cropping(), value);
    return self();
  }

  /** The margins before and after along so many axes. */
  default List<List<Integer>> margins(int axes) {
    return Axes.margins(axes, cropping(), getCropping());
  }
}
