package io.sparknn.ml.param;

import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import java.util.Collections;
import java.util.List;
import org.apache.spark.ml.param.IntArrayParam;

/** The windows of a pooling layer. */
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

  /** The windows along so many axes. */
  default List<Window> windows(int axes) {
    return Axes.windows(
        axes,
        Axes.spread(axes, poolSize(), getPoolSize()),
        Axes.spread(axes, strides(), getStrides()),
        Collections.nCopies(axes, 1),
        Rule.parse(Padding.class, getPadding()));
  }
}
