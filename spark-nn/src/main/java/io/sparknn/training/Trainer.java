package io.sparknn.training;

import io.sparknn.graph.Network;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * The training loop: for each batch, the gradient of the mean loss (weighted sum of gradients by
 * sum of weights, and of the penalty of the weights' size) moves the weights by one step of the
 * optimiser, and the layers update their statistics.
 *
 * @param rule of a step
 * @param epochs the greatest number
 * @param stopping when to stop before
 */
public record Trainer(
    Network network,
    BatchPlan plan,
    StepRule rule,
    int epochs,
    EarlyStopping stopping,
    List<TrainingListener> listeners) {

  /** A step beyond this could take weights out of the range of floats. */
  private static final double GREATEST_STEP = 1e37;

  /** The state before the first iteration. */
  public TrainingState start(float[] weights) {
    return new TrainingState(weights, rule);
  }

  /**
   * Trains from a state to the end, or until a listener throws; the state always is one between two
   * iterations.
   *
   * @throws DivergenceException if the loss becomes infinite or not a number
   */
  public void train(TrainingState state, GradientSource source) {
    List<String> synchronizedLayers = network.synchronizedLayers();
    if (rule.localSteps() > 1 && !synchronizedLayers.isEmpty()) {
      throw new IllegalArgumentException(
          "layer '"
              + synchronizedLayers.get(0)
              + "' is synchronized, so that replicas compute each batch together, and localSteps is "
              + rule.localSteps()
              + ", so that each makes its steps alone: set localSteps to 1, or synchronized to false");
    }
    while (state.epoch < epochs && !state.stopped) {
      long start = System.nanoTime();
      if (rule.localSteps() == 1) {
        step(state, source, start);
      } else {
        localSteps(state, source, start);
      }
      if (state.iteration == plan.iterations()) {
        endEpoch(state, source);
      }
      listeners.forEach(listener -> listener.onState(state));
    }
  }

  /** The weights to keep of a state: its best if those are known, else its last. */
  public float[] result(TrainingState state) {
    return state.bestWeights != null ? state.bestWeights : state.averaged();
  }

  /** The weights still are those before the iteration. */
  private DivergenceException diverged(
      TrainingState state, GradientSource source, double loss, double norm) {
    String diagnosis = source.diagnose(state.weights, state.epoch, state.iteration);
    boolean isLoss = !Double.isFinite(loss);
    return new DivergenceException(
        isLoss ? "the loss" : "the norm of the gradient",
        isLoss ? loss : norm,
        state.epoch,
        state.iteration,
        rule.stepSize(),
        diagnosis);
  }

  private double stepSize(TrainingState state, int ahead) {
    double time = state.epoch + (double) (state.iteration + ahead) / plan.iterations();
    return rule.stepSize() * state.schedule.factor(time, epochs);
  }

  /** Makes a step by the gradient of a batch. */
  private void step(TrainingState state, GradientSource source, long start) {
    GradientSum sum =
        source.compute(Assignment.gradient(state.weights, state.epoch, state.iteration));
    double norm = norm(sum);
    check(state, source, sum, norm);
    double stepSize = stepSize(state, 0);
    double penalty = 0;
    if (sum.weight() > 0) {
      penalty =
          new Step(network, rule.clipping()).make(state.optimizer, state.weights, sum, stepSize);
      state.average(network.trainableSize());
    }
    advance(state, 1, stepSize, sum, penalty, norm, start);
  }

  /** Has all replicas make steps on their own, and averages them. */
  private void localSteps(TrainingState state, GradientSource source, long start) {
    int count = Math.min(rule.localSteps(), plan.iterations() - state.iteration);
    double[] stepSizes = new double[count];
    Arrays.setAll(stepSizes, i -> stepSize(state, i));
    LocalSteps steps = new LocalSteps(network, rule);
    GradientSum sum = source.compute(steps.assign(state, stepSizes));
    double norm = norm(sum);
    check(state, source, sum, norm);
    if (sum.weight() > 0) {
      steps.finish(state, sum, stepSizes);
      state.average(network.trainableSize());
    }
    advance(
        state, count, stepSizes[count - 1], sum, 0, norm / DoubleStream.of(stepSizes).sum(), start);
  }

  /** The norm of the mean of what replicas handed in. */
  private double norm(GradientSum sum) {
    return sum.weight() > 0 ? network.norm(sum.gradient()) / sum.weight() : 0;
  }

  private void check(TrainingState state, GradientSource source, GradientSum sum, double norm) {
    if (!Double.isFinite(sum.loss()) || !(rule.stepSize() * norm < GREATEST_STEP)) {
      throw diverged(state, source, sum.loss(), norm);
    }
  }

  private void checkValidation(TrainingState state, GradientSum sum) {
    if (!Double.isFinite(sum.loss())) {
      throw new DivergenceException(
          "the validation loss",
          sum.loss(),
          state.epoch,
          state.iteration - 1,
          rule.stepSize(),
          "the network's output is not finite for rows kept for validation");
    }
  }

  private void advance(
      TrainingState state,
      int iterations,
      double stepSize,
      GradientSum sum,
      double penalty,
      double norm,
      long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    state.iteration += iterations;
    state.stepSize = stepSize;
    state.tally.add(sum, penalty, norm, seconds);
    Tally one = new Tally();
    one.add(sum, penalty, norm, seconds);
    Progress progress = one.progress(state.epoch, state.iteration, stepSize);
    Progress soFar = state.tally.progress(state.epoch, state.iteration, stepSize);
    listeners.forEach(listener -> listener.onIteration(progress, soFar));
  }

  private void endEpoch(TrainingState state, GradientSource source) {
    Progress epoch = state.tally.progress(state.epoch, state.iteration, state.stepSize);
    if (source.validates()) {
      GradientSum validation = source.compute(Assignment.validation(state.averaged()));
      checkValidation(state, validation);
      if (validation.weight() > 0) {
        epoch =
            epoch.validated(
                validation.loss() / validation.weight(), validation.metric() / validation.weight());
      }
    }
    state.history.add(epoch);
    state.schedule.onEpoch(stopping.monitor().cost(epoch));
    stopping.onEpoch(state, epoch);
    state.epoch++;
    state.iteration = 0;
    state.tally = new Tally();
    Progress done = epoch;
    listeners.forEach(listener -> listener.onEpoch(done));
  }
}
