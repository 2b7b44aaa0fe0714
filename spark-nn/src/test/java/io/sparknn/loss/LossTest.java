package io.sparknn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.loss.Loss.Evaluation;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import org.junit.jupiter.api.Test;

class LossTest {
  private static final SoftmaxCrossEntropy CROSS_ENTROPY = new SoftmaxCrossEntropy();

  private static Tensor rows(int rows, float... values) {
    return new Tensor(values, 0, Shape.of(rows, values.length / rows));
  }

  @Test
  void accuracyIsTheWeightOfTheRowsWhoseGreatestOutputIsTheirClass() {
    Tensor output = rows(3, 1, 2, 3, 1, 5, 2, 4, 0, 0);
    Evaluation evaluation =
        CROSS_ENTROPY.evaluate(
            output, new float[] {2, 0, 0}, new float[] {1, 10, 0.5f}, Tensor.zeros(3, 3));
    assertEquals(1.5, evaluation.metric());
  }

  @Test
  void extremeOutputsKeepLossAndGradientFinite() {
    Tensor gradient = Tensor.zeros(2, 3);
    Evaluation evaluation =
        CROSS_ENTROPY.evaluate(
            rows(2, 1e4f, -1e4f, 0, 1e4f, -1e4f, 0),
            new float[] {0, 1},
            new float[] {1, 1},
            gradient);
    assertEquals(2e4, evaluation.loss());
    assertArrayEquals(new float[] {0, 0, 0, 1, -1, 0}, gradient.data());
  }

  @Test
  void aRowOfWeightZeroCountsNothing() {
    Tensor gradient = Tensor.zeros(1, 2);
    for (Loss loss : new Loss[] {CROSS_ENTROPY, Regression.SQUARED}) {
      Evaluation evaluation =
          loss.evaluate(rows(1, 3, 4), new float[] {1, 1}, new float[] {0}, gradient);
      assertEquals(new Evaluation(0, 0), evaluation);
      assertArrayEquals(new float[2], gradient.data(), Float.MIN_VALUE);
    }
  }

  @Test
  void metricOfRegressionIsTheMeanAbsoluteErrorWhateverTheLoss() {
    for (Regression loss : Regression.values()) {
      Evaluation evaluation =
          loss.evaluate(
              rows(2, 1, 2, 3, 4),
              new float[] {0, 5, 3, 4},
              new float[] {10, 1},
              Tensor.zeros(2, 2));
      assertEquals(20, evaluation.metric());
    }
  }

  @Test
  void classifiersPredictProbabilities() {
    Tensor output = rows(2, 0, 0, 0, 1000);
    CROSS_ENTROPY.predict(output);
    assertArrayEquals(new float[] {0.5f, 0.5f, 0, 1}, output.data());
  }

  @Test
  void labelsHaveOneElementForAClassAndOneForEachOutputOfARegression() {
    assertEquals(1, CROSS_ENTROPY.labelSize(10));
    assertEquals(10, Regression.HUBER.labelSize(10));
  }
}
