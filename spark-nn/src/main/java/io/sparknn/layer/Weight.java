package io.sparknn.layer;

import io.sparknn.init.Initializer;
import io.sparknn.tensor.Shape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * An array that a layer keeps between batches.
 *
 * @param name its name within the layer, as in {@code kernel}
 * @param trainable whether the optimiser changes it by its gradient; otherwise it is a statistic,
 *     and its place in the gradient carries the sums from which {@link Layer#updateStatistics}
 *     computes its next value
 */
public record Weight(String name, Shape shape, Initializer initializer, boolean trainable)
    implements Serializable {

  public static Weight trainable(String name, Shape shape, Initializer initializer) {
    return new Weight(name, shape, initializer, true);
  }

  public static Weight statistic(String name, Shape shape, Initializer initializer) {
    return new Weight(name, shape, initializer, false);
  }

  /** A kernel and, if the layer uses one, a bias for its last axis. */
  public static List<Weight> kernelAndBias(
      Shape kernel, Initializer kernelInitializer, boolean useBias, Initializer biasInitializer) {
    List<Weight> weights = new ArrayList<>();
    weights.add(trainable("kernel", kernel, kernelInitializer));
    if (useBias) {
      weights.add(trainable("bias", Shape.of(kernel.last()), biasInitializer));
    }
    return weights;
  }
}
