package io.sparknn.ml;

import io.sparknn.ml.param.Rule;
import io.sparknn.optim.Clipping;
import io.sparknn.optim.Hyperparameters;
import io.sparknn.optim.Schedule;
import io.sparknn.optim.Solver;
import io.sparknn.spark.GradientPrecision;
import io.sparknn.training.StepRule;
import java.util.Locale;
import org.apache.spark.ml.param.Param;

/** What a head's params say of a training step. */
final class StepRules {
  private StepRules() {}

  /**
   * The rule of a head's steps; what is not set is the solver's default.
   *
   * @throws IllegalArgumentException if params contradict each other
   */
  static StepRule of(NetworkEstimator<?, ?> head) {
    Solver solver = Rule.parse(Solver.class, head.getSolver());
    Hyperparameters defaults = solver.defaults();
    Hyperparameters chosen =
        new Hyperparameters(
            head.getMomentum(),
            or(head, head.beta1(), defaults.beta1()),
            or(head, head.beta2(), defaults.beta2()),
            or(head, head.rho(), defaults.rho()),
            or(head, head.optimizerEpsilon(), defaults.epsilon()),
            or(head, head.weightDecay(), defaults.weightDecay()));
    solver.create(chosen);
    Clipping clipping =
        new Clipping(
            or(head, head.clipValue(), Clipping.OFF),
            or(head, head.clipNorm(), Clipping.OFF),
            or(head, head.globalClipNorm(), Clipping.OFF));
    String schedule = head.getStepSchedule();
    double warmup = head.getWarmupEpochs();
    return new StepRule(
        () -> solver.create(chosen),
        head.getStepSize(),
        () -> Schedule.parse(schedule).withWarmup(warmup),
        clipping,
        or(head, head.averagingDecay(), 0),
        localSteps(head, solver));
  }

  private static int localSteps(NetworkEstimator<?, ?> head, Solver solver) {
    int steps = head.getLocalSteps();
    if (steps > 1 && solver == Solver.LBFGS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "localSteps must be 1 with solver lbfgs, which needs the gradient of all rows; received %d",
              steps));
    }
    if (steps > 1 && !head.getGradientPrecision().equals(GradientPrecision.FLOAT32.toString())) {
      throw new IllegalArgumentException(
          "gradientPrecision must be float32 with localSteps above 1, which exchange no gradients; received %s"
              .formatted(head.getGradientPrecision()));
    }
    return steps;
  }

  private static double or(NetworkEstimator<?, ?> head, Param<Object> param, double otherwise) {
    return head.isDefined(param) ? (Double) head.getOrDefault(param) : otherwise;
  }
}
