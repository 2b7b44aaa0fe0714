package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.norm.GroupNormalization;
import io.sparknn.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the layers of one value do with rows of different lengths. */
class ReshapeTest {
  private static final Shape NUMBERS = Shape.of(Shape.RAGGED);

  private static String refusal(Layer layer, Shape input) {
    return assertThrows(IllegalArgumentException.class, () -> layer.outputShape(List.of(input)))
        .getMessage();
  }

  @Test
  void stepsAreKept() {
    assertEquals(
        Shape.of(Shape.RAGGED, 1), new Reshape(Shape.of(-1, 1)).outputShape(List.of(NUMBERS)));
    assertEquals(
        Shape.of(Shape.RAGGED, 3, 2),
        new Reshape(Shape.of(-1, 3, 2)).outputShape(List.of(Shape.of(Shape.RAGGED, 6))));
    assertEquals(
        Shape.of(Shape.RAGGED, 6),
        new Reshape(Shape.of(-1, 6)).outputShape(List.of(Shape.of(Shape.RAGGED, -1))));
  }

  @Test
  void whatDoesNotKeepStepsIsRefused() {
    assertEquals(
        "targetShape (4, 1) does not keep the steps of input (ragged), rows of different lengths:"
            + " choose -1 and extents that hold the elements of one step, or pool over the steps"
            + " first",
        refusal(new Reshape(Shape.of(4, 1)), NUMBERS));
    assertTrue(refusal(new Reshape(Shape.of(-1, 2)), NUMBERS).contains("does not keep the steps"));
    assertTrue(refusal(new Flatten(), Shape.of(Shape.RAGGED, 3)).contains("pool over the steps"));
    assertTrue(refusal(new Dense(2, ActivationFunction.TANH), NUMBERS).contains("(ragged)"));
    assertTrue(refusal(new Activation(ActivationFunction.SOFTMAX), NUMBERS).contains("(ragged)"));
    assertThrows(IllegalArgumentException.class, () -> new Reshape(Shape.of(Shape.RAGGED, 2)));
  }

  /** The mask outlives a change of rank: the last layer sees each row's own length. */
  @Test
  void masksAreKept() {
    NetworkTrial trial =
        new NetworkTrial(
            Graph.input("x", Shape.of(Shape.RAGGED, 2, 3))
                .then("r", new Reshape(Shape.of(-1, 6)))
                .then("n", new GroupNormalization(2, 0.1, true, true))
                .then("s", new Reshape(Shape.of(-1, 3, 2))));
    float[][] data = trial.data(4);
    float[] all = trial.score(data);
    int size = all.length / 4;
    for (int row = 0; row < 4; row++) {
      float[] alone = trial.scoreRows(data, row, row + 1);
      float[] padded = new float[size];
      System.arraycopy(alone, 0, padded, 0, alone.length);
      float[] expected = new float[size];
      System.arraycopy(all, row * size, expected, 0, size);
      assertArrayEquals(expected, padded, 1e-6f);
    }
  }
}
