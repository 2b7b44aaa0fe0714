package io.sparknn.training;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Network;
import io.sparknn.optim.Clipping;
import java.util.List;

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
    while (state.epoch < epochs && !state.stopped) {
      long start = System.nanoTime();
      GradientSum sum = source.gradient(state.weights, state.epoch, state.iteration);
      double norm = sum.gradient() == null ? 0 : network.norm(sum.gradient());
      if (!Double.isFinite(sum.loss()) || !(rule.stepSize() * norm < GREATEST_STEP)) {
        throw diverged(state, source, sum.loss(), norm);
      }
      update(state, sum, norm, start);
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

  /** Makes a step. */
  private void update(TrainingState state, GradientSum sum, double sumNorm, long start) {
    double time = state.epoch + (double) state.iteration / plan.iterations();
    double stepSize = rule.stepSize() * state.schedule.factor(time, epochs);
    double penalty = 0;
    double norm = 0;
    if (sum.weight() > 0) {
      Gradient gradient = sum.gradient();
      penalty = network.addPenalty(state.weights, gradient, (float) sum.weight());
      float scale = (float) (1 / sum.weight());
      norm = scale * sumNorm;
      state.optimizer.begin(network.trainableEnds(), stepSize, sum.loss() / sum.weight() + penalty);
      move(state, gradient, scale);
      state.optimizer.end(state.weights);
      network.limitNorms(state.weights);
      network.updateStatistics(state.weights, gradient, sum.rows());
      state.average(network.trainableSize());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    state.iteration++;
    state.stepSize = stepSize;
    state.tally.add(sum, penalty, norm, seconds);
    Tally one = new Tally();
    one.add(sum, penalty, norm, seconds);
    Progress progress = one.progress(state.epoch, state.iteration, stepSize);
    Progress soFar = state.tally.progress(state.epoch, state.iteration, stepSize);
    listeners.forEach(listener -> listener.onIteration(progress, soFar));
  }

  private void move(TrainingState state, Gradient gradient, float scale) {
    if (rule.clipping().isOff()) {
      network.visit(
          gradient,
          (from, to, values, offset) ->
              state.optimizer.update(state.weights, from, to, values, offset, scale));
      return;
    }
    Clipping.Pass clipping = rule.clipping().begin(network.trainableEnds(), scale);
    network.visit(gradient, clipping::measure);
    network.visit(
        gradient,
        (from, to, values, offset) -> {
          clipping.apply(from, to, values, offset);
          state.optimizer.update(state.weights, from, to, values, offset, scale);
        });
  }

  private void endEpoch(TrainingState state, GradientSource source) {
    Progress epoch = state.tally.progress(state.epoch, state.iteration, state.stepSize);
    GradientSum validation = source.validate(state.averaged());
    if (validation != null && validation.weight() > 0) {
      epoch =
          epoch.validated(
              validation.loss() / validation.weight(), validation.metric() / validation.weight());
    }
    state.history.add(epoch);
    state.schedule.onEpoch(epoch.monitoredLoss());
    stopping.onEpoch(state, epoch.monitoredLoss());
    state.epoch++;
    state.iteration = 0;
    state.tally = new Tally();
    Progress done = epoch;
    listeners.forEach(listener -> listener.onEpoch(done));
  }
}
