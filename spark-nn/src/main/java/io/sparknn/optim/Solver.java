package io.sparknn.optim;

import java.util.Locale;
import java.util.function.BiFunction;

/** The optimisers, by the names that users give. */
public enum Solver {
  /** {@link Momentum}. */
  SGD(Hyperparameters.COMMON, true, Momentum::new),

  /** {@link Momentum}, Nesterov's. */
  NESTEROV(Hyperparameters.COMMON, true, Momentum::new),

  /** {@link Adagrad}. */
  ADAGRAD(Hyperparameters.COMMON.withEpsilon(1e-10), false, Adagrad::new),

  /** {@link RmsProp}. */
  RMSPROP(Hyperparameters.COMMON, false, RmsProp::new),

  /** {@link Adam}. */
  ADAM(Hyperparameters.COMMON, false, Adam::new),

  /** {@link Adam} with weight decay. */
  ADAMW(Hyperparameters.COMMON.withWeightDecay(0.01), true, Adam::new),

  /** {@link Adamax}. */
  ADAMAX(Hyperparameters.COMMON, false, Adamax::new),

  /** {@link Nadam}. */
  NADAM(Hyperparameters.COMMON, false, Nadam::new),

  /** {@link Lion}. */
  LION(Hyperparameters.COMMON.withBetas(0.9, 0.99), true, Lion::new),

  /** {@link Lamb}. */
  LAMB(Hyperparameters.COMMON.withEpsilon(1e-6).withWeightDecay(0.01), true, Lamb::new),

  /** {@link Lbfgs}. */
  LBFGS(Hyperparameters.COMMON, false, Lbfgs::new);

  private final Hyperparameters defaults;
  private final boolean decays;
  private final BiFunction<Solver, Hyperparameters, Optimizer> constructor;

  Solver(
      Hyperparameters defaults,
      boolean decays,
      BiFunction<Solver, Hyperparameters, Optimizer> constructor) {
    this.defaults = defaults;
    this.decays = decays;
    this.constructor = constructor;
  }

  /** Whether each batch must be of all rows: the solver takes the loss for one without noise. */
  public boolean needsAllRows() {
    return this == LBFGS;
  }

  /** What the solver's authors propose, as PyTorch has it; momentum is 0.9. */
  public Hyperparameters defaults() {
    return defaults;
  }

  /** A new optimiser of the default numbers but the momentum, its state at the start. */
  public Optimizer create(double momentum) {
    return create(defaults.withMomentum(momentum));
  }

  /**
   * A new optimiser, its state at the start.
   *
   * @throws IllegalArgumentException if the solver knows no weight decay and is to have some
   */
  public Optimizer create(Hyperparameters hyperparameters) {
    if (!decays && hyperparameters.weightDecay() != 0) {
      throw new IllegalArgumentException(
          "weightDecay must be 0 with solver %s; received %s: use adamw, or l2 of the layers"
              .formatted(this, hyperparameters.weightDecay()));
    }
    return constructor.apply(this, hyperparameters);
  }

  /** The name as users write it, as in {@code adam}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
