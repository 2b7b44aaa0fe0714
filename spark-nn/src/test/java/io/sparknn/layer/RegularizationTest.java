package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.regularization.AlphaDropout;
import io.sparknn.layer.regularization.Dropout;
import io.sparknn.layer.regularization.GaussianDropout;
import io.sparknn.layer.regularization.GaussianNoise;
import io.sparknn.layer.regularization.SpatialDropout;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RegularizationTest {
  private static final int ROWS = 8;
  private static final Shape IMAGE = Shape.of(10, 10, 50);

  private static final List<Layer> ALL =
      List.of(
          new Dropout(0.3),
          new SpatialDropout(1, 0.3),
          new AlphaDropout(0.3),
          new GaussianNoise(0.3),
          new GaussianDropout(0.3));

  private static NetworkTrial trial(Layer layer, Shape input) {
    return NetworkTrial.of(layer, List.of(input));
  }

  private static float[] train(Layer layer, float value) {
    float[] x = new float[ROWS * IMAGE.size()];
    Arrays.fill(x, value);
    return trial(layer, IMAGE).train(new float[][] {x});
  }

  private static double mean(float[] y) {
    double sum = 0;
    for (float value : y) {
      sum += value;
    }
    return sum / y.length;
  }

  private static double deviation(float[] y) {
    double mean = mean(y);
    double sum = 0;
    for (float value : y) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / y.length);
  }

  private static long zeros(float[] y) {
    long zeros = 0;
    for (float value : y) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros;
  }

  @TestFactory
  Stream<DynamicTest> scoringChangesNothing() {
    Shape input = Shape.of(4, 5);
    return ALL.stream()
        .map(
            layer ->
                dynamicTest(
                    layer.toString(),
                    () -> {
                      NetworkTrial trial = trial(layer, input);
                      float[][] data = trial.data(ROWS);
                      assertArrayEquals(data[0], trial.score(data));
                      assertNotEquals(Arrays.toString(data[0]), Arrays.toString(trial.train(data)));
                    }));
  }

  /** Row 0 has 4 steps, padded by one step beside row 2 and by none alone. */
  @TestFactory
  Stream<DynamicTest> paddingChangesNoRandomChoice() {
    return ALL.stream()
        .map(
            layer ->
                dynamicTest(
                    layer.toString(),
                    () -> {
                      NetworkTrial trial = trial(layer, Shape.of(Shape.RAGGED, 3));
                      float[][] data = trial.data(3);
                      float[] all = trial.train(data);
                      float[] alone = trial.train(trial.rows(data, 0, 1));
                      assertArrayEquals(Arrays.copyOf(all, 12), alone);
                    }));
  }

  @Test
  void dropoutKeepsTheMean() {
    float[] y = train(new Dropout(0.3), 1);
    assertEquals(1, mean(y), 0.01);
    assertEquals(0.3, (double) zeros(y) / y.length, 0.01);
  }

  @Test
  void spatialDropoutDropsWholeChannels() {
    float[] y = train(new SpatialDropout(2, 0.4), 1);
    int channels = IMAGE.last();
    assertEquals(0.4, (double) zeros(y) / y.length, 0.1);
    for (int i = 0; i < y.length; i++) {
      int row = i / IMAGE.size();
      float first = y[row * IMAGE.size() + i % channels];
      assertEquals(first, y[i]);
      assertTrue(first == 0 || Math.abs(first - 1 / 0.6) < 1e-6);
    }
  }

  @Test
  void alphaDropoutKeepsMeanAndVariance() {
    Random random = new Random(1);
    float[] x = new float[ROWS * IMAGE.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    float[] y = trial(new AlphaDropout(0.2), IMAGE).train(new float[][] {x});
    assertEquals(0, mean(y), 0.02);
    assertEquals(1, deviation(y), 0.02);
  }

  @Test
  void alphaDropoutSetsTheValueWhereSeluSaturates() {
    double low = -1.7580993408473766;
    double a = 1 / Math.sqrt(0.8 * (1 + 0.2 * low * low));
    double b = -a * low * 0.2;
    int dropped = 0;
    for (float value : train(new AlphaDropout(0.2), 3)) {
      boolean isDropped = value < 1;
      assertEquals(isDropped ? a * low + b : a * 3 + b, value, 1e-5);
      dropped += isDropped ? 1 : 0;
    }
    assertEquals(0.2, (double) dropped / (ROWS * IMAGE.size()), 0.01);
  }

  @Test
  void gaussianNoiseHasItsDeviation() {
    float[] y = train(new GaussianNoise(0.5), 3);
    assertEquals(3, mean(y), 0.01);
    assertEquals(0.5, deviation(y), 0.01);
  }

  @Test
  void gaussianDropoutHasTheDeviationOfDropout() {
    float[] y = train(new GaussianDropout(0.2), 3);
    assertEquals(3, mean(y), 0.02);
    assertEquals(3 * Math.sqrt(0.2 / 0.8), deviation(y), 0.02);
    assertEquals(deviation(train(new Dropout(0.2), 3)), deviation(y), 0.03);
  }
}
