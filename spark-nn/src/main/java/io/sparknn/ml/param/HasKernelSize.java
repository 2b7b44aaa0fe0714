package io.sparknn.ml.param;

import org.apache.spark.ml.param.IntArrayParam;

/** The taps of the window along each axis. */
public interface HasKernelSize<S> extends Fluent<S> {

  /** Param: the taps of the window along each axis. */
  default IntArrayParam kernelSize() {
    return Rule.integers(
        Axes.RULE, Axes::hold, this, "kernelSize", "the taps of the window along each axis");
  }

  default int[] getKernelSize() {
    return getOrDefault(kernelSize());
  }

  default S setKernelSize(int... value) {
    set(kernelSize(), value);
    return self();
  }
}
