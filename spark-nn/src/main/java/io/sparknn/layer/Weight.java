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
 */
public record Weight(String name, Shape shape, Initializer initializer, Role role)
    implements Serializable {

  /** What an array is for, and so how it is trained. */
  public enum Role {
    /** A matrix (all axes but the last taken together) that multiplies; may be regularised. */
    KERNEL,
    /** A kernel all of whose layers read sparse rows: its gradient has the touched rows only. */
    SPARSE_KERNEL,
    /** A bias or gain, which is never regularised. */
    VECTOR,
    /** A matrix whose rows are looked up: its gradient has the touched rows only. */
    TABLE,
    /**
     * Changed by {@link Layer#updateStatistics} instead of the optimiser; its place in the gradient
     * carries the sums that this needs.
     */
    STATISTIC
  }

  public static Weight kernel(String name, Shape shape, Initializer initializer) {
    return new Weight(name, shape, initializer, Role.KERNEL);
  }

  public static Weight vector(String name, Shape shape, Initializer initializer) {
    return new Weight(name, shape, initializer, Role.VECTOR);
  }

  public static Weight table(String name, Shape shape, Initializer initializer) {
    return new Weight(name, shape, initializer, Role.TABLE);
  }

  public static Weight statistic(String name, Shape shape, Initializer initializer) {
    return new Weight(name, shape, initializer, Role.STATISTIC);
  }

  /** This weight where all its layers read sparse rows. */
  public Weight ofSparse() {
    return role == Role.KERNEL ? new Weight(name, shape, initializer, Role.SPARSE_KERNEL) : this;
  }

  /** A kernel and, if the layer uses one, a bias for its last axis. */
  public static List<Weight> kernelAndBias(
      Shape kernel, Initializer kernelInitializer, boolean useBias, Initializer biasInitializer) {
    List<Weight> weights = new ArrayList<>();
    weights.add(kernel("kernel", kernel, kernelInitializer));
    if (useBias) {
      weights.add(vector("bias", Shape.of(kernel.last()), biasInitializer));
    }
    return weights;
  }

  /** Whether its gradient has the touched rows only. */
  public boolean hasSparseGradient() {
    return role == Role.TABLE || role == Role.SPARSE_KERNEL;
  }

  /** Whether the optimiser may change it. */
  public boolean isTrainable() {
    return role != Role.STATISTIC;
  }
}
