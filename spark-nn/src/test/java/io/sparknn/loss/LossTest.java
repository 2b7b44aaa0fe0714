package io.sparknn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.loss.Loss.Evaluation;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every loss, and what each predicts and measures; their values are golden ones. */
class LossTest {
  private static final SoftmaxCrossEntropy SOFTMAX = new SoftmaxCrossEntropy();
  private static final SigmoidCrossEntropy SIGMOID = new SigmoidCrossEntropy();

  /** A loss, and labels of two rows of three outputs that suit it. */
  private record Case(Loss loss, float... labels) {
    @Override
    public String toString() {
      return loss.toString();
    }
  }

  static Stream<Case> cases() {
    List<Double> classWeights = List.of(0.5, 1.0, 3.0);
    Stream<Case> classes =
        Stream.of(
                SOFTMAX,
                new SoftmaxCrossEntropy(0.1, List.of(), 0),
                new SoftmaxCrossEntropy(0, classWeights, 2),
                new SoftmaxCrossEntropy(0.2, classWeights, 0.5),
                new Hinge(),
                new Hinge(classWeights))
            .map(loss -> new Case(loss, 0, 2));
    Stream<Case> flags =
        Stream.of(
                SIGMOID,
                new SigmoidCrossEntropy(0.1, List.of(), 0),
                new SigmoidCrossEntropy(0, classWeights, 2),
                new SigmoidCrossEntropy(0.2, classWeights, 0.5))
            .map(loss -> new Case(loss, 1, 0, 1, 0, 0, 1));
    Stream<Case> numbers =
        regressions().map(loss -> new Case(loss, 0.375f, 2, 0.5f, 1.25f, 0.125f, 3));
    return Stream.of(
            classes,
            flags,
            numbers,
            Stream.of(
                new Case(new KullbackLeibler(), 0.25f, 0, 0.75f, 1, 0, 0),
                new Case(new CosineDistance(), 2, -1, 0.5f, 0, 3, 1)))
        .flatMap(cases -> cases);
  }

  private static Stream<Loss> regressions() {
    return Stream.of(
        new Regression.Squared(),
        new Regression.Absolute(),
        new Regression.Huber(),
        new Regression.Huber(0.25),
        new Regression.Quantile(0.9),
        new Regression.Poisson());
  }

  private static Tensor rows(int rows, float... values) {
    return new Tensor(values, 0, Shape.of(rows, values.length / rows));
  }

  private static final float[] WEIGHTS = {0.5f, 2};

  @ParameterizedTest
  @MethodSource("cases")
  void theGradientIsTheSlopeOfTheLoss(Case test) {
    float[] z = {0.25f, -1.5f, 1.0625f, 0.5f, 0.6875f, -0.4375f};
    Tensor gradient = Tensor.zeros(2, 3);
    test.loss.evaluate(rows(2, z), test.labels, WEIGHTS, gradient);
    float step = 1 / 128f;
    for (int i = 0; i < z.length; i++) {
      float[] above = z.clone();
      float[] below = z.clone();
      above[i] += step;
      below[i] -= step;
      double slope = (loss(test, above, WEIGHTS) - loss(test, below, WEIGHTS)) / (2 * step);
      assertEquals(slope, gradient.data()[i], 2e-4, "output " + i);
    }
  }

  private static double loss(Case test, float[] z, float[] weights) {
    return test.loss.evaluate(rows(2, z), test.labels, weights, Tensor.zeros(2, 3)).loss();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRowOfWeightZeroCountsNothingWhateverItsOutput(Case test) {
    for (float huge : new float[] {5, 1e30f, -1e30f, Float.POSITIVE_INFINITY, Float.NaN}) {
      float[] z = {1, 2, 4, huge, -huge, huge};
      Tensor gradient = Tensor.zeros(2, 3);
      gradient.data()[4] = 7;
      float[] weights = {0.5f, 0};
      Evaluation evaluation = test.loss.evaluate(rows(2, z), test.labels, weights, gradient);
      Tensor alone = Tensor.zeros(1, 3);
      int size = test.loss.labelSize(3);
      float[] label = Arrays.copyOf(test.labels, size);
      assertEquals(
          test.loss.evaluate(rows(1, 1, 2, 4), label, new float[] {0.5f}, alone), evaluation);
      float[] expected = Arrays.copyOf(alone.data(), 6);
      assertArrayEquals(expected, gradient.data(), Float.MIN_VALUE);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void extremeOutputsKeepLossAndGradientFinite(Case test) {
    for (float huge : new float[] {100, 1e4f, 1e15f}) {
      for (float[] z :
          List.of(
              new float[] {huge, -huge, 0, huge, -huge, 0},
              new float[] {-huge, huge, huge, huge, huge, -huge},
              new float[] {0, 0, 0, 1 / huge, -1 / huge, 0})) {
        Tensor gradient = Tensor.zeros(2, 3);
        Evaluation evaluation = test.loss.evaluate(rows(2, z), test.labels, WEIGHTS, gradient);
        assertTrue(Double.isFinite(evaluation.loss()), evaluation::toString);
        assertTrue(Double.isFinite(evaluation.metric()), evaluation::toString);
        for (float slope : gradient.data()) {
          assertTrue(Float.isFinite(slope), () -> Arrays.toString(gradient.data()));
        }
        for (int from = 0; from < z.length; from += 3) {
          double[] output = {z[from], z[from + 1], z[from + 2]};
          test.loss.predict(output);
          for (double prediction : output) {
            assertTrue(Double.isFinite(prediction), () -> Arrays.toString(output));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tensorsMayStartAnywhere(Case test) {
    float[] z = {9, 9, 0.25f, -1.5f, 1.0625f, 0.5f, 0.6875f, -0.4375f};
    Tensor output = new Tensor(z, 2, Shape.of(2, 3));
    Tensor gradient = new Tensor(new float[7], 1, Shape.of(2, 3));
    Tensor expected = Tensor.zeros(2, 3);
    float[] own = Arrays.copyOfRange(z, 2, 8);
    assertEquals(
        test.loss.evaluate(rows(2, own), test.labels, WEIGHTS, expected),
        test.loss.evaluate(output, test.labels, WEIGHTS, gradient));
    assertArrayEquals(expected.data(), Arrays.copyOfRange(gradient.data(), 1, 7));
    assertArrayEquals(new float[] {9, 9}, Arrays.copyOf(z, 2));
  }

  @Test
  void crossEntropyOfExtremeOutputsIsTheirDifference() {
    float[] z = {1e4f, -1e4f, 0, 1e4f, -1e4f, 0};
    for (Loss loss : List.of(SOFTMAX, new SoftmaxCrossEntropy(0, List.of(), 2))) {
      Tensor gradient = Tensor.zeros(2, 3);
      float[] weights = {1, 1};
      assertEquals(2e4, loss.evaluate(rows(2, z), new float[] {0, 1}, weights, gradient).loss());
      assertArrayEquals(new float[] {0, 0, 0, 1, -1, 0}, gradient.data(), Float.MIN_VALUE);
    }
  }

  @Test
  void sigmoidCrossEntropyOfOneOutputIsSoftmaxCrossEntropyOfTwo() {
    List<Double> weights = List.of(1.0, 3.0);
    for (float label : new float[] {0, 1}) {
      double expected =
          new SoftmaxCrossEntropy(0.2, List.of(), 1.5)
              .evaluate(rows(1, 0, 0.75f), new float[] {label}, new float[] {2}, Tensor.zeros(1, 2))
              .loss();
      double actual =
          new SigmoidCrossEntropy(0.2, List.of(), 1.5)
              .evaluate(rows(1, 0.75f), new float[] {label}, new float[] {2}, Tensor.zeros(1, 1))
              .loss();
      assertEquals(expected, actual, 1e-9);
    }
    assertEquals(
        new SoftmaxCrossEntropy(0, weights, 0)
            .evaluate(rows(1, 0, 0.75f), new float[] {1}, new float[] {1}, Tensor.zeros(1, 2))
            .loss(),
        new SigmoidCrossEntropy(0, List.of(3.0), 0)
            .evaluate(rows(1, 0.75f), new float[] {1}, new float[] {1}, Tensor.zeros(1, 1))
            .loss(),
        1e-6);
  }

  @Test
  void accuracyIsTheWeightOfTheRowsWhoseGreatestOutputIsTheirClass() {
    for (Loss loss :
        List.of(SOFTMAX, new SoftmaxCrossEntropy(0.1, List.of(9.0, 9.0, 9.0), 2), new Hinge())) {
      Evaluation evaluation =
          loss.evaluate(
              rows(3, 1, 2, 3, 1, 5, 2, 4, 0, 0),
              new float[] {2, 0, 0},
              new float[] {1, 10, 0.5f},
              Tensor.zeros(3, 3));
      assertEquals(1.5, evaluation.metric());
    }
  }

  @Test
  void accuracyOfSeveralLabelsIsTheShareOfTheOutputsOnTheRightSide() {
    Evaluation evaluation =
        SIGMOID.evaluate(
            rows(2, 1, 2, -3, 1, -5, 2),
            new float[] {1, 0, 0, 1, 0, 1},
            new float[] {3, 1},
            Tensor.zeros(2, 3));
    assertEquals(3 * 2 / 3.0 + 1, evaluation.metric(), 1e-12);
  }

  @Test
  void metricOfRegressionIsTheMeanAbsoluteErrorWhateverTheLoss() {
    regressions()
        .filter(loss -> !(loss instanceof Regression.Poisson))
        .forEach(
            loss ->
                assertEquals(
                    20,
                    loss.evaluate(
                            rows(2, 1, 2, 3, 4),
                            new float[] {0, 5, 3, 4},
                            new float[] {10, 1},
                            Tensor.zeros(2, 2))
                        .metric()));
  }

  @Test
  void poissonPredictsAndMeasuresRates() {
    Tensor output = rows(2, 0, (float) Math.log(4));
    Evaluation evaluation =
        new Regression.Poisson()
            .evaluate(output, new float[] {1, 6}, new float[] {1, 1}, Tensor.zeros(2, 1));
    assertEquals(2, evaluation.metric(), 1e-6);
    double[] predicted = {0, Math.log(4)};
    new Regression.Poisson().predict(predicted);
    assertArrayEquals(new double[] {1, 4}, predicted, 1e-15);
  }

  @Test
  void aVectorOfZerosIsAsFarAsARightAngle() {
    Tensor gradient = Tensor.zeros(3, 2);
    Evaluation evaluation =
        new CosineDistance()
            .evaluate(
                rows(3, 0, 0, 1, 2, 1e-20f, 0),
                new float[] {1, 2, 0, 0, 1, 0},
                new float[] {1, 1, 1},
                gradient);
    assertEquals(new Evaluation(3, 0), evaluation);
    assertArrayEquals(new float[6], gradient.data());
  }

  @Test
  void classifiersPredictProbabilities() {
    for (Loss loss : List.of(SOFTMAX, new Hinge(), new KullbackLeibler())) {
      assertPredicts(loss, new double[] {0.5, 0.5}, 0, 0);
      assertPredicts(loss, new double[] {0, 1}, 0, 1000);
      // Two outputs that softmax in single precision would put at 1 both.
      double[] high = {0, 20};
      double[] higher = {0, 21};
      loss.predict(high);
      loss.predict(higher);
      assertTrue(high[1] < higher[1]);
      double[] many = new Random(1).doubles(1000).toArray();
      loss.predict(many);
      assertEquals(1, DoubleStream.of(many).sum(), 1e-14);
    }
    assertPredicts(SIGMOID, new double[] {0.5, 0.5, 0, 1}, 0, 0, -1000, 1000);
  }

  private static void assertPredicts(Loss loss, double[] expected, double... output) {
    loss.predict(output);
    assertArrayEquals(expected, output, 1e-15);
  }

  @Test
  void aClassIsOneLabelAndAllElseOneForEachOutput() {
    for (ClassificationLoss loss : ClassificationLoss.values()) {
      int expected = loss == ClassificationLoss.SIGMOID_CROSSENTROPY ? 10 : 1;
      assertEquals(expected, loss.create().labelSize(10));
    }
    for (RegressionLoss loss : RegressionLoss.values()) {
      assertEquals(10, loss.create().labelSize(10));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void hingeHasNoOptionsOfCrossEntropies(int gamma) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> ClassificationLoss.HINGE.create(0.1 * (1 - gamma), List.of(), gamma))
            .getMessage();
    assertTrue(message.contains("leave them 0"), message);
  }
}
