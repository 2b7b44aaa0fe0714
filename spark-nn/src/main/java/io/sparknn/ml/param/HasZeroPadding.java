package io.sparknn.ml.param;

import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;

/** The zeros before and after the input along each axis. */
public interface HasZeroPadding<S> extends Fluent<S> {

  /** Param: the zeros before and after the input along each axis. */
  default IntArrayParam padding() {
    return Rule.integers(
        Axes.MARGINS_RULE,
        Axes::holdMargins,
        this,
        "padding",
        "the zeros before and after the input along each axis");
  }

  default int[] getPadding() {
    return getOrDefault(padding());
  }

  default S setPadding(int... value) {
    set(padding(), value);
    return self();
  }

  /** The margins before and after along so many axes. */
  default List<List<Integer>> margins(int axes) {
    return Axes.margins(axes, padding(), getPadding());
  }
}
