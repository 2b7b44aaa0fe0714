package io.sparknn.ml.param;

import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import org.apache.spark.ml.param.IntArrayParam;

/** The window of a pooling layer. */
public interface HasPooling<S> extends HasStrides<S>, HasPadding<S> {

  /** Param: the extent of the window along each axis. */
  default IntArrayParam poolSize() {
    return Rule.integers(
        Axes.RULE, Axes::hold, this, "poolSize", "the extent of the window along each axis");
  }

  default int[] getPoolSize() {
    return getOrDefault(poolSize());
  }

  default S setPoolSize(int... value) {
    set(poolSize(), value);
    return self();
  }

  /** The strides; the size of the window by default. */
  @Override
  default int[] getStrides() {
    return isSet(strides()) ? getOrDefault(strides()) : getPoolSize();
  }

  /** The window along one of {@code axes} axes. */
  default Window window(int axis, int axes) {
    return new Window(
        Axes.at(axis, axes, "poolSize", getPoolSize()),
        Axes.at(axis, axes, "strides", getStrides()),
        1,
        Rule.parse(Padding.class, getPadding()));
  }
}
