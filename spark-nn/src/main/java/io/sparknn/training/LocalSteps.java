package io.sparknn.training;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.OptimizerState;
import io.sparknn.tensor.Sizes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Local stochastic gradient descent: between two exchanges each replica makes several steps on its
 * own rows, and then the weights that the replicas came to are averaged, each by the weight of the
 * rows that it trained on (Stich, "Local SGD Converges Fast and Communicates Little", ICLR 2019).
 * The solver's arrays are averaged the same way: no state stays on a replica, so that any of them
 * can be replaced by another.
 *
 * <p>Replicas hand in, times their rows' weight, how far they moved the weights that training
 * changes, and their solver's arrays.
 */
public record LocalSteps(Network network, StepRule rule) {

  /** The number of elements that replicas hand in. */
  public long elements() {
    return (long) network.gradientSize() + solverElements();
  }

  private long solverElements() {
    return (long) rule.optimizer().get().state().arrays().size() * network.trainableSize();
  }

  /**
   * As {@link #elements}, in one array.
   *
   * @throws IllegalArgumentException if that cannot hold them
   */
  public int size() {
    return size(elements());
  }

  private static int size(long elements) {
    if (elements > Sizes.MAX) {
      throw new IllegalArgumentException(
          "localSteps moves the weights together with the solver's state, %s numbers, more than %s: set localSteps to 1, or make the network smaller"
              .formatted(Sizes.count(elements), Sizes.limit()));
    }
    return (int) elements;
  }

  /** What replicas are to do from a state on. */
  Assignment assign(TrainingState state, double[] stepSizes) {
    OptimizerState solver = state.optimizer.state();
    float[] weights = Arrays.copyOf(state.weights, size(network.size() + solverElements()));
    int to = network.size();
    for (float[] array : solver.arrays().values()) {
      // Empty before the first step, when all is 0.
      System.arraycopy(array, 0, weights, to, array.length);
      to += network.trainableSize();
    }
    return new Assignment(
        Assignment.Kind.LOCAL_STEPS,
        state.epoch,
        state.iteration,
        weights,
        stepSizes,
        numbers(solver));
  }

  private static double[] numbers(OptimizerState solver) {
    return solver.numbers().values().iterator().next();
  }

  /**
   * Makes a replica's steps.
   *
   * @param memory takes what the replica hands in; it must be 0
   */
  GradientSum make(
      Assignment work, Share share, Replica replica, Gradient memory, Share.Rows rows) {
    float[] weights = Arrays.copyOf(work.weights(), network.size());
    Optimizer optimizer = rule.optimizer().get();
    restore(optimizer, work.solver(), work.weights(), network.size(), 1);
    Step step = new Step(network, rule.clipping());
    Gradient gradient = network.newGradient();
    GradientSum total = new GradientSum();
    for (int i = 0; i < work.stepSizes().length; i++) {
      gradient.clear();
      GradientSum batch =
          share.gradient(replica, gradient, rows, weights, work.epoch(), work.iteration() + i);
      double penalty =
          batch.weight() > 0 ? step.make(optimizer, weights, batch, work.stepSizes()[i]) : 0;
      total.addFigures(batch, penalty);
    }
    if (total.weight() > 0) {
      handIn(work.weights(), weights, optimizer, (float) total.weight(), memory.dense());
      total.take(memory);
    }
    return total;
  }

  private void handIn(
      float[] start, float[] weights, Optimizer optimizer, float weight, float[] to) {
    int at = 0;
    for (; at < network.gradientSize(); at++) {
      to[at] = weight * (weights[at] - start[at]);
    }
    for (float[] array : optimizer.state().arrays().values()) {
      for (float value : array) {
        to[at++] = weight * value;
      }
    }
  }

  /** Sets weights and solver to the averages of all replicas. */
  void finish(TrainingState state, GradientSum sum, double[] stepSizes) {
    float[] moved = sum.gradient().dense();
    float scale = (float) (1 / sum.weight());
    for (int i = 0; i < network.gradientSize(); i++) {
      state.weights[i] += scale * moved[i];
    }
    for (double stepSize : stepSizes) {
      // Counts the steps as the replicas' solvers did.
      state.optimizer.begin(network.trainableEnds(), stepSize, sum.loss() / sum.weight());
    }
    double[] numbers = numbers(state.optimizer.state());
    restore(state.optimizer, numbers, moved, network.gradientSize(), scale);
  }

  /** Sets a solver's state, whose arrays follow each other. */
  private void restore(
      Optimizer optimizer, double[] numbers, float[] arrays, int from, float scale) {
    OptimizerState names = optimizer.state();
    Map<String, float[]> restored = new LinkedHashMap<>();
    int at = from;
    for (String name : names.arrays().keySet()) {
      float[] array = Arrays.copyOfRange(arrays, at, at + network.trainableSize());
      for (int i = 0; i < array.length; i++) {
        array[i] *= scale;
      }
      restored.put(name, array);
      at += array.length;
    }
    String solver = names.numbers().keySet().iterator().next();
    optimizer.restore(new OptimizerState(Map.of(solver, numbers), restored));
  }
}
