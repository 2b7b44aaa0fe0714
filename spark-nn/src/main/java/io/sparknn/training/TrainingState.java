package io.sparknn.training;

import io.sparknn.optim.Optimizer;
import io.sparknn.optim.OptimizerState;
import io.sparknn.optim.Schedule;
import io.sparknn.optim.WeightAverage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far training has come, and all that its next iterations depend on: {@link #snapshot} and
 * {@link #restore} continue to the bit. Not thread-safe.
 */
public final class TrainingState {

  private static final String WEIGHTS = "weights";
  private static final String OPTIMIZER = "optimizer/";
  private static final String AVERAGE = "average/";
  private static final String SCHEDULE = "schedule";
  private static final String BEST = "best";
  private static final String HISTORY = "history";
  private static final String TALLY = "tally";
  private static final String POSITION = "position";

  final float[] weights;
  final Optimizer optimizer;
  final Schedule schedule;

  /** Null if there is none. */
  private final WeightAverage average;

  /** Of the next iteration, from 0. */
  int epoch;

  int iteration;

  /** Of the last iteration. */
  double stepSize;

  Tally tally = new Tally();

  /** Of the epochs that are done. */
  final List<Progress> history = new ArrayList<>();

  boolean stopped;

  /** The best epoch by what is watched, and the weights after it; null if they are not kept. */
  int bestEpoch = -1;

  double bestCost = Double.POSITIVE_INFINITY;
  float[] bestWeights;

  TrainingState(float[] weights, StepRule rule) {
    this.weights = weights;
    this.optimizer = rule.optimizer().get();
    this.schedule = rule.schedule().get();
    this.average = rule.averagingDecay() == 0 ? null : new WeightAverage(rule.averagingDecay());
  }

  /** Adds the weights to their average. */
  void average(int size) {
    if (average != null) {
      average.update(weights, size);
    }
  }

  /** The average of the weights; what the optimiser has for sure if there is none. */
  float[] averaged() {
    if (average == null) {
      return optimizer.settled(weights);
    }
    float[] averaged = weights.clone();
    average.copyTo(averaged);
    return averaged;
  }

  /** The solver, with what it has come to know. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /** The current weights. */
  public float[] weights() {
    return weights;
  }

  /** The epoch of the next iteration, counted from 0. */
  public int epoch() {
    return epoch;
  }

  /** The next iteration within its epoch, counted from 0. */
  public int iteration() {
    return iteration;
  }

  /** The figures of the epochs that are done. */
  public List<Progress> history() {
    return List.copyOf(history);
  }

  /** The epoch, counted from 1, whose weights were the best so far; 0 if there is none. */
  public int bestEpoch() {
    return bestEpoch + 1;
  }

  /** A copy of all of it. */
  public OptimizerState snapshot() {
    Map<String, double[]> numbers = new HashMap<>();
    Map<String, float[]> arrays = new HashMap<>();
    numbers.put(POSITION, new double[] {epoch, iteration, stopped ? 1 : 0, stepSize});
    numbers.put(TALLY, tally.numbers());
    numbers.put(BEST, new double[] {bestEpoch, bestCost});
    double[] figures = new double[Progress.NUMBERS * history.size()];
    for (int i = 0; i < history.size(); i++) {
      System.arraycopy(
          history.get(i).numbers(), 0, figures, Progress.NUMBERS * i, Progress.NUMBERS);
    }
    numbers.put(HISTORY, figures);
    arrays.put(WEIGHTS, weights.clone());
    if (bestWeights != null) {
      arrays.put(BEST, bestWeights.clone());
    }
    numbers.put(SCHEDULE, schedule.state());
    put(OPTIMIZER, optimizer.state(), numbers, arrays);
    if (average != null) {
      put(AVERAGE, average.state(), numbers, arrays);
    }
    return new OptimizerState(numbers, arrays);
  }

  private static void put(
      String prefix,
      OptimizerState inner,
      Map<String, double[]> numbers,
      Map<String, float[]> arrays) {
    inner.numbers().forEach((name, values) -> numbers.put(prefix + name, values));
    inner.arrays().forEach((name, values) -> arrays.put(prefix + name, values));
  }

  /**
   * Continues from a copy, to the bit.
   *
   * @throws IllegalArgumentException if it is of another network or optimiser
   */
  public void restore(OptimizerState snapshot) {
    Map<String, double[]> numbers = snapshot.numbers();
    Map<String, float[]> arrays = snapshot.arrays();
    float[] read = arrays.get(WEIGHTS);
    if (read == null || read.length != weights.length) {
      throw new IllegalArgumentException("it holds another network's weights");
    }
    check(numbers, arrays);
    optimizer.restore(inner(OPTIMIZER, snapshot));
    schedule.restore(numbers.get(SCHEDULE));
    if (average != null) {
      average.restore(inner(AVERAGE, snapshot));
    }
    System.arraycopy(read, 0, weights, 0, weights.length);
    epoch = (int) numbers.get(POSITION)[0];
    iteration = (int) numbers.get(POSITION)[1];
    stopped = numbers.get(POSITION)[2] != 0;
    stepSize = numbers.get(POSITION)[3];
    tally = Tally.of(numbers.get(TALLY));
    bestEpoch = (int) numbers.get(BEST)[0];
    bestCost = numbers.get(BEST)[1];
    bestWeights = arrays.containsKey(BEST) ? arrays.get(BEST).clone() : null;
    history.clear();
    double[] figures = numbers.get(HISTORY);
    for (int at = 0; at < figures.length; at += Progress.NUMBERS) {
      history.add(Progress.of(figures, at));
    }
  }

  /** Refuses what no state has, before anything is changed. */
  private void check(Map<String, double[]> numbers, Map<String, float[]> arrays) {
    Map<String, Integer> lengths =
        Map.of(POSITION, 4, BEST, 2, TALLY, tally.numbers().length, SCHEDULE, -1, HISTORY, -1);
    lengths.forEach(
        (name, length) -> {
          double[] found = numbers.get(name);
          if (found == null || (length >= 0 && found.length != length)) {
            throw new IllegalArgumentException("it lacks the numbers '" + name + "'");
          }
        });
    boolean isWhole = numbers.get(HISTORY).length % Progress.NUMBERS == 0;
    float[] best = arrays.getOrDefault(BEST, weights);
    if (!isWhole || best.length != weights.length) {
      throw new IllegalArgumentException("it is no state of a training of this network");
    }
    checkFinite(arrays.get(WEIGHTS));
    checkFinite(best);
  }

  private static void checkFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("it holds a weight of " + value);
      }
    }
  }

  private static OptimizerState inner(String prefix, OptimizerState all) {
    return new OptimizerState(inner(prefix, all.numbers()), inner(prefix, all.arrays()));
  }

  private static <T> Map<String, T> inner(String prefix, Map<String, T> all) {
    Map<String, T> inner = new HashMap<>();
    all.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            inner.put(name.substring(prefix.length()), value);
          }
        });
    return inner;
  }
}
