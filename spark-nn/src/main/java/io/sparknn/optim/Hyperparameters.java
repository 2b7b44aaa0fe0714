package io.sparknn.optim;

import java.io.Serializable;

/**
 * The numbers of an optimiser's formula; each solver has {@link Solver#defaults its own}, and takes
 * no notice of those that its formula lacks.
 *
 * @param momentum how much of the velocity is kept in each step, in [0, 1)
 * @param beta1 how much of the mean of gradients is kept in each step, in [0, 1)
 * @param beta2 how much of the mean of squared gradients is kept in each step, in [0, 1)
 * @param rho as {@code beta2}, in RMSprop
 * @param epsilon what keeps a division away from 0, above 0
 * @param weightDecay the share of its weights, times the step size, that a step takes away besides
 *     its change by the gradient, at least 0
 */
public record Hyperparameters(
    double momentum, double beta1, double beta2, double rho, double epsilon, double weightDecay)
    implements Serializable {

  /** The numbers that most solvers have. */
  static final Hyperparameters COMMON = new Hyperparameters(0.9, 0.9, 0.999, 0.99, 1e-8, 0);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not in its range
   */
  public Hyperparameters {
    checkShare("momentum", momentum);
    checkShare("beta1", beta1);
    checkShare("beta2", beta2);
    checkShare("rho", rho);
    check(epsilon > 0 && Double.isFinite(epsilon), "epsilon", "above 0", epsilon);
    check(
        weightDecay >= 0 && Double.isFinite(weightDecay), "weightDecay", "at least 0", weightDecay);
  }

  private static void checkShare(String name, double value) {
    check(value >= 0 && value < 1, name, "in [0, 1)", value);
  }

  private static void check(boolean holds, String name, String rule, double value) {
    if (!holds) {
      throw new IllegalArgumentException("%s must be %s; received %s".formatted(name, rule, value));
    }
  }

  /** These, but another momentum. */
  public Hyperparameters withMomentum(double value) {
    return new Hyperparameters(value, beta1, beta2, rho, epsilon, weightDecay);
  }

  /** These, but other betas. */
  public Hyperparameters withBetas(double first, double second) {
    return new Hyperparameters(momentum, first, second, rho, epsilon, weightDecay);
  }

  /** These, but another rho. */
  public Hyperparameters withRho(double value) {
    return new Hyperparameters(momentum, beta1, beta2, value, epsilon, weightDecay);
  }

  /** These, but another epsilon. */
  public Hyperparameters withEpsilon(double value) {
    return new Hyperparameters(momentum, beta1, beta2, rho, value, weightDecay);
  }

  /** These, but another weight decay. */
  public Hyperparameters withWeightDecay(double value) {
    return new Hyperparameters(momentum, beta1, beta2, rho, epsilon, value);
  }
}
