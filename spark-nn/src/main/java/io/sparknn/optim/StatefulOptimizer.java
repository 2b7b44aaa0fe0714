package io.sparknn.optim;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** An optimiser that keeps arrays of one number for each weight, and counts its steps. */
abstract class StatefulOptimizer implements Optimizer {

  /** The elements of a block, which stays in the processor's first cache. */
  static final int BLOCK = 512;

  private final Solver solver;
  private final List<String> names;
  private final float[][] arrays;
  private int[] ends = {};
  private long steps;

  /** An optimiser that keeps arrays of these names. */
  StatefulOptimizer(Solver solver, String... names) {
    this.solver = solver;
    this.names = Stream.of(names).map(name -> solver + "/" + name).toList();
    this.arrays = new float[names.length][0];
  }

  @Override
  public final void begin(int[] ends, double stepSize, double loss) {
    int size = size(ends);
    for (int i = 0; i < arrays.length; i++) {
      if (steps == 0) {
        arrays[i] = new float[size];
      } else if (arrays[i].length != size) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s continues with %d weights; received %d: start a new optimiser",
                solver,
                arrays[i].length,
                size));
      }
    }
    this.ends = ends.clone();
    steps++;
    begin(steps, stepSize, loss);
  }

  /** The number of weights. */
  static int size(int[] ends) {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  /** Begins a step; the arrays have their size by now. */
  abstract void begin(long step, double stepSize, double loss);

  /** What is kept in the order of the names that the constructor got. */
  final float[] array(int index) {
    return arrays[index];
  }

  /** The number of steps that were begun. */
  final long steps() {
    return steps;
  }

  /** Where each tensor ends. */
  final int[] ends() {
    return ends;
  }

  /** What is kept besides the arrays and the number of steps; always as many numbers. */
  double[] extra() {
    return new double[0];
  }

  /** Sets what {@link #extra} gave. */
  void restoreExtra(double[] extra) {}

  @Override
  public final OptimizerState state() {
    double[] extra = extra();
    double[] numbers = new double[1 + extra.length];
    numbers[0] = steps;
    System.arraycopy(extra, 0, numbers, 1, extra.length);
    Map<String, float[]> copies = new LinkedHashMap<>();
    for (int i = 0; i < arrays.length; i++) {
      copies.put(names.get(i), arrays[i].clone());
    }
    return new OptimizerState(Map.of(solver.toString(), numbers), copies);
  }

  @Override
  public final void restore(OptimizerState state) {
    double[] numbers = state.numbers().get(solver.toString());
    if (numbers == null
        || numbers.length != 1 + extra().length
        || !state.arrays().keySet().equals(Set.copyOf(names))) {
      throw new IllegalArgumentException(
          "the state must be of %s; received one of %s: continue with the solver that wrote it"
              .formatted(solver, String.join(", ", state.numbers().keySet())));
    }
    int size = size(ends);
    for (float[] array : state.arrays().values()) {
      boolean isOfSize = steps == 0 || numbers[0] == 0 || array.length == size;
      if (!isOfSize) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s has a state of %d weights; received one of %d",
                solver,
                size,
                array.length));
      }
    }
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = state.arrays().get(names.get(i)).clone();
    }
    steps = (long) numbers[0];
    restoreExtra(Arrays.copyOfRange(numbers, 1, numbers.length));
  }

  /** Makes a step of some weights. */
  interface RangeStep {
    /** Makes a step of the weights {@code from .. to - 1}. */
    void apply(int from, int to);
  }

  /**
   * Decays weights, {@code w = w - decay * w}, and makes the step: block by block, so that memory
   * is passed over once.
   */
  static void decayThen(float decay, float[] weights, int from, int to, RangeStep step) {
    if (decay == 0) {
      step.apply(from, to);
      return;
    }
    int end;
    for (int start = from; start < to; start = end) {
      end = to - start > BLOCK ? start + BLOCK : to;
      for (int i = start; i < end; i++) {
        weights[i] -= decay * weights[i];
      }
      step.apply(start, end);
    }
  }
}
