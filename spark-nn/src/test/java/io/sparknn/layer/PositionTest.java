package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sparknn.graph.NetworkTrial;
import io.sparknn.init.Initializer;
import io.sparknn.layer.embed.PositionEmbedding;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64})
  void sinusoidsAreExactAfterManySteps(int features) {
    Tensor table = Tensor.zeros(10_000, features);
    Sinusoids.fill(table);
    for (int step = 0; step < table.rows(); step++) {
      for (int f = 0; f < features; f++) {
        double angle = step * Math.pow(10_000, -2.0 * (f / 2) / features);
        double expected = f % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
        assertEquals(expected, table.data()[step * features + f], 1e-6);
      }
    }
  }

  @Test
  void embeddingsOfStepsThatNoRowHasGetNoGradient() {
    PositionEmbedding layer = new PositionEmbedding(9, Initializer.GLOROT_UNIFORM);
    NetworkTrial trial = NetworkTrial.of(layer, List.of(Shape.of(Shape.RAGGED, 2)));
    int[][] lengths = {{1, 3}};
    float[] gradient = {1, 2, 0, 0, 0, 0, 3, 4, 5, 6, 7, 8};
    NetworkTrial.Step step = trial.step(new float[][] {new float[8]}, lengths, gradient);
    assertArrayEquals(gradient, step.inputs()[0]);
    float[] expected = Arrays.copyOf(new float[] {4, 6, 5, 6, 7, 8}, 18);
    assertArrayEquals(expected, step.weights());
    for (int i = 0; i < 2; i++) {
      assertEquals(trial.weights()[i], step.output()[i]);
      assertEquals(trial.weights()[i + 4], step.output()[i + 10]);
    }
  }

  @Test
  void refusesMoreStepsThanItHasEmbeddings() {
    PositionEmbedding layer = new PositionEmbedding(3, Initializer.GLOROT_UNIFORM);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> layer.outputShape(List.of(Shape.of(4, 2))))
            .getMessage();
    assertEquals(
        "expects at most maxSteps = 3 steps; received (4, 2): set maxSteps to the greatest number"
            + " of steps",
        message);
    NetworkTrial trial = NetworkTrial.of(layer, List.of(Shape.of(Shape.RAGGED, 2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> trial.score(new float[][] {new float[8]}, new int[][] {{4}}));
  }
}
