package io.sparknn.optim;

import java.util.Locale;
import java.util.Map;

/**
 * The exponential moving average of the weights, which often predicts better than the last weights
 * do (Polyak and Juditsky 1992): with {@code w(t)} the weights after step t,
 *
 * <pre>{@code
 * a(t) = decay * a(t - 1) + (1 - decay) * w(t),  a(0) = 0
 * average = a(t) / (1 - decay^t)
 * }</pre>
 *
 * This is TensorFlow's ExponentialMovingAverage with {@code zero_debias}, and Adam's correction:
 * after the first step the average is the weights, whatever they were before. (PyTorch's
 * AveragedModel starts at the first weights and corrects nothing.) Not thread-safe.
 */
public final class WeightAverage {

  private static final String STEPS = "average";
  private static final String ARRAY = "average/weights";

  private final double decay;
  private float[] average = {};
  private long steps;

  /** An average of nothing yet; decay is in (0, 1). */
  public WeightAverage(double decay) {
    if (!(decay > 0 && decay < 1)) {
      throw new IllegalArgumentException("averagingDecay must be in (0, 1); received " + decay);
    }
    this.decay = decay;
  }

  /** Adds the first {@code size} weights after a step. */
  public void update(float[] weights, int size) {
    if (steps == 0) {
      average = new float[size];
    } else if (average.length != size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the average is of %d weights; received %d: start a new average",
              average.length,
              size));
    }
    steps++;
    // The share of the new weights in the corrected average, which is kept at once.
    float share = (float) ((1 - decay) / -Math.expm1(steps * Math.log(decay)));
    float[] a = average;
    for (int i = 0; i < size; i++) {
      a[i] += share * (weights[i] - a[i]);
    }
  }

  /** Replaces the first weights by their average; leaves them if no step was added yet. */
  public void copyTo(float[] weights) {
    System.arraycopy(average, 0, weights, 0, average.length);
  }

  /** A copy of everything that the next averages depend on, for a checkpoint. */
  public OptimizerState state() {
    return new OptimizerState(Map.of(STEPS, new double[] {steps}), Map.of(ARRAY, average.clone()));
  }

  /**
   * Continues from a state, to the bit.
   *
   * @throws IllegalArgumentException if it is not of an average, or of another size
   */
  public void restore(OptimizerState state) {
    double[] numbers = state.numbers().get(STEPS);
    float[] array = state.arrays().get(ARRAY);
    if (numbers == null || array == null) {
      throw new IllegalArgumentException(
          "the state must be of an average; received one of "
              + String.join(", ", state.numbers().keySet()));
    }
    if (steps > 0 && numbers[0] > 0 && array.length != average.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the average is of %d weights; received the state of %d: start a new average",
              average.length,
              array.length));
    }
    average = array.clone();
    steps = (long) numbers[0];
  }
}
