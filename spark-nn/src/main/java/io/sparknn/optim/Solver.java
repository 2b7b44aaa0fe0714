package io.sparknn.optim;

import java.util.Locale;

/** The optimisers, by the names that users give. */
public enum Solver {
  /** {@link Momentum}. */
  SGD {
    @Override
    public Optimizer create(double momentum) {
      return new Momentum(momentum);
    }
  },
  /** {@link Adam}, which has no use for momentum. */
  ADAM {
    @Override
    public Optimizer create(double momentum) {
      return new Adam();
    }
  };

  /** A new optimiser, its state at the start. */
  public abstract Optimizer create(double momentum);

  /** The name as users write it, as in {@code adam}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
