package io.sparknn.ml.param;

import io.sparknn.init.Initializer;
import org.apache.spark.ml.param.Param;

/** How the kernel gets its first values. */
public interface HasKernelInitializer<S> extends Fluent<S> {

  /** Param: how the kernel gets its first values. */
  default Param<String> kernelInitializer() {
    return Rule.text(
        Initializer.choices(),
        Initializer::parse,
        this,
        "kernelInitializer",
        "how the kernel gets its first values");
  }

  default String getKernelInitializer() {
    return getOrDefault(kernelInitializer());
  }

  default S setKernelInitializer(String value) {
    set(kernelInitializer(), value);
    return self();
  }
}
