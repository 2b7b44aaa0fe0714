package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.graph.Graph;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.graph.NodeOptions;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchNormalizationTest {
  private static final double MOMENTUM = 0.9;
  private static final double EPSILON = 1e-3;
  private static final int ROWS = 50;
  private static final int POINTS = 6;
  private static final int CHANNELS = 3;
  private static final Shape SHAPE = Shape.of(2, 3, CHANNELS);

  private final NetworkTrial trial =
      NetworkTrial.of(new BatchNormalization(MOMENTUM, EPSILON), List.of(SHAPE));

  private static float[][] normal(double mean, double deviation) {
    Random random = new Random(5);
    float[] x = new float[ROWS * SHAPE.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (mean * (1 + i % CHANNELS) + deviation * random.nextGaussian());
    }
    return new float[][] {x};
  }

  private static double mean(float[] x, int channel) {
    double sum = 0;
    for (int i = channel; i < x.length; i += CHANNELS) {
      sum += x[i];
    }
    return sum / (ROWS * POINTS);
  }

  private static double variance(float[] x, int channel) {
    double mean = mean(x, channel);
    double sum = 0;
    for (int i = channel; i < x.length; i += CHANNELS) {
      sum += (x[i] - mean) * (x[i] - mean);
    }
    return sum / (ROWS * POINTS);
  }

  private double weight(String name, int channel) {
    return get(name, trial.weights(), channel);
  }

  private double get(String name, float[] flat, int channel) {
    return flat[trial.weight(name, flat).offset() + channel];
  }

  /** One step on the whole batch, whose rows lie on replicas in shares of the given sizes. */
  private void update(float[][] data, int... shares) {
    float[] sums = new float[trial.weights().length];
    int from = 0;
    for (int share : shares) {
      float[][] rows = trial.rows(data, from, from + share);
      float[] gradient = new float[sums.length];
      trial.addGradient(rows, trial.outputGradient(share), gradient);
      Maths.addScaled(1, gradient, 0, sums, 0, sums.length);
      from += share;
    }
    trial.updateStatistics(sums, ROWS);
  }

  /** A mean of 1000 with deviation 1 loses every digit if squares of x are summed. */
  @ParameterizedTest
  @CsvSource({"0, 1", "-3, 0.01", "1000, 1"})
  void movingStatisticsAreThoseOfTheWholeBatchWhateverTheShares(double mean, double deviation) {
    float[][] data = normal(mean, deviation);
    float[] moving = trial.weight("moving_mean", trial.weights()).data();
    int offset = trial.weight("moving_mean", trial.weights()).offset();
    for (int c = 0; c < CHANNELS; c++) {
      moving[offset + c] = (float) (mean * (1 + c) + 0.5 * deviation);
    }
    float[] before = trial.weights().clone();
    update(data, 1, 7, 42);
    for (int c = 0; c < CHANNELS; c++) {
      double expectedMean =
          MOMENTUM * get("moving_mean", before, c) + (1 - MOMENTUM) * mean(data[0], c);
      double expectedVariance =
          MOMENTUM * get("moving_variance", before, c) + (1 - MOMENTUM) * variance(data[0], c);
      assertEquals(
          expectedMean, weight("moving_mean", c), 1e-3 * deviation + 1e-7 * Math.abs(expectedMean));
      assertEquals(expectedVariance, weight("moving_variance", c), 1e-4 * expectedVariance);
    }
  }

  @Test
  void movingStatisticsConvergeToTheBatchFromFarAway() {
    float[][] data = normal(1000, 1);
    for (int step = 0; step < 300; step++) {
      update(data, 20, 30);
    }
    for (int c = 0; c < CHANNELS; c++) {
      assertEquals(mean(data[0], c), weight("moving_mean", c), 1e-2);
      assertEquals(variance(data[0], c), weight("moving_variance", c), 1e-3);
    }
  }

  @Test
  void trainingNormalisesByTheBatch() {
    float[][] data = normal(2, 3);
    check(data, trial.train(data), c -> mean(data[0], c), c -> variance(data[0], c));
  }

  @Test
  void scoringNormalisesByMovingStatistics() {
    float[][] data = normal(2, 3);
    check(
        data, trial.score(data), c -> weight("moving_mean", c), c -> weight("moving_variance", c));
  }

  private void check(
      float[][] data, float[] output, IntToDoubleFunction mean, IntToDoubleFunction variance) {
    for (int i = 0; i < output.length; i++) {
      int c = i % CHANNELS;
      double normalised =
          (data[0][i] - mean.applyAsDouble(c)) / Math.sqrt(variance.applyAsDouble(c) + EPSILON);
      assertEquals(weight("gamma", c) * normalised + weight("beta", c), output[i], 1e-5);
    }
  }

  @Test
  void aConstantChannelBecomesBeta() {
    float[][] data = {new float[4 * SHAPE.size()]};
    Arrays.fill(data[0], 1000);
    float[] output = trial.train(data);
    for (int i = 0; i < output.length; i++) {
      assertEquals(weight("beta", i % CHANNELS), output[i], 1e-2);
    }
  }

  /** Row by row the number of steps, in shares of two rows. */
  private static final int[][] LENGTHS = {{4, 1}, {2, 7}, {0, 0}, {3, 0}};

  private static NetworkTrial ragged() {
    return NetworkTrial.of(
        new BatchNormalization(MOMENTUM, EPSILON), List.of(Shape.of(Shape.RAGGED, 2, CHANNELS)));
  }

  private static float[] steps(float[] x, int from, int to) {
    return Arrays.copyOfRange(x, from * 2 * CHANNELS, to * 2 * CHANNELS);
  }

  @Test
  void stepsThatDoNotCountTakeNoPartInStatistics() {
    NetworkTrial trial = ragged();
    float[] before = trial.weights().clone();
    int total = Stream.of(LENGTHS).flatMapToInt(IntStream::of).sum();
    float[] x = NetworkTrial.random(total * 2 * CHANNELS, 3);
    float[] sums = new float[before.length];
    int from = 0;
    for (int[] lengths : LENGTHS) {
      int to = from + IntStream.of(lengths).sum();
      int padded = 2 * Math.max(1, IntStream.of(lengths).max().getAsInt()) * 2 * CHANNELS;
      float[] sum =
          trial
              .step(new float[][] {steps(x, from, to)}, new int[][] {lengths}, new float[padded])
              .weights();
      Maths.addScaled(1, sum, 0, sums, 0, sums.length);
      from = to;
    }
    trial.updateStatistics(sums, 2L * LENGTHS.length);
    int at = trial.weight("moving_mean", before).offset();
    for (int c = 0; c < CHANNELS; c++) {
      double mean = 0;
      double square = 0;
      for (int i = c; i < x.length; i += CHANNELS) {
        mean += x[i] / (2.0 * total);
        square += x[i] * x[i] / (2.0 * total);
      }
      assertEquals(
          MOMENTUM * before[at + c] + (1 - MOMENTUM) * mean, trial.weights()[at + c], 1e-6);
      assertEquals(
          MOMENTUM * before[at + CHANNELS + c] + (1 - MOMENTUM) * (square - mean * mean),
          trial.weights()[at + CHANNELS + c],
          1e-6);
    }
    assertEquals(2 * total, trial.weights()[trial.weight("count", before).offset()]);
  }

  @Test
  void rowsWithoutStepsChangeNothing() {
    NetworkTrial trial = ragged();
    float[] before = trial.weights().clone();
    NetworkTrial.Step step =
        trial.step(new float[][] {{}}, new int[][] {{0, 0}}, new float[2 * 2 * CHANNELS]);
    for (float value : step.all()) {
      assertEquals(0, value, 0);
    }
    trial.updateStatistics(step.weights(), 2);
    assertArrayEquals(before, trial.weights());
  }

  @Test
  void aFrozenLayerUsesMovingStatistics() {
    NodeOptions frozen = new NodeOptions("", false, 0, 0, 0, "");
    NetworkTrial trial =
        new NetworkTrial(
            Graph.join(
                "n",
                new BatchNormalization(MOMENTUM, EPSILON),
                frozen,
                List.of(Graph.input("x", SHAPE))));
    float[][] data = normal(2, 3);
    float[] gradient = NetworkTrial.random(data[0].length, 1);
    NetworkTrial.Step step = trial.step(data, gradient);
    assertArrayEquals(trial.score(data), step.output());
    assertArrayEquals(new float[step.weights().length], step.weights());
    for (int i = 0; i < gradient.length; i++) {
      Tensor gamma = trial.weight("gamma", trial.weights());
      Tensor variance = trial.weight("moving_variance", trial.weights());
      double factor =
          gamma.data()[gamma.offset() + i % CHANNELS]
              / Math.sqrt(variance.data()[variance.offset() + i % CHANNELS] + EPSILON);
      assertEquals(factor * gradient[i], step.inputs()[0][i], 1e-6);
    }
  }
}
