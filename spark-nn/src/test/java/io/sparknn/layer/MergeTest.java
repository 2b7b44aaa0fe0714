package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Graph;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.init.Initializer;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.merge.Average;
import io.sparknn.layer.merge.Concatenate;
import io.sparknn.layer.merge.Dot;
import io.sparknn.layer.merge.Maximum;
import io.sparknn.layer.merge.Minimum;
import io.sparknn.layer.merge.Multiply;
import io.sparknn.layer.merge.Subtract;
import io.sparknn.layer.norm.GroupNormalization;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergeTest {
  private static final Shape THREE = Shape.of(3);
  private static final Shape RAGGED = Shape.of(Shape.RAGGED, 2);

  private static float[] merge(Layer layer, float[]... inputs) {
    return NetworkTrial.of(
            layer, Arrays.stream(inputs).map(input -> Shape.of(input.length)).toList())
        .score(inputs);
  }

  private static String refusal(Layer layer, Shape... inputs) {
    return assertThrows(IllegalArgumentException.class, () -> layer.outputShape(List.of(inputs)))
        .getMessage();
  }

  @Test
  void elementwise() {
    float[] a = {1, -2, 3};
    float[] b = {4, -5, 0.5f};
    float[] c = {-6, 8, 10};
    assertArrayEquals(new float[] {-1, 1, 13.5f}, merge(new Add(), a, b, c));
    assertArrayEquals(new float[] {-3, 3, 2.5f}, merge(new Subtract(), a, b));
    assertArrayEquals(new float[] {-24, 80, 15}, merge(new Multiply(), a, b, c));
    assertArrayEquals(new float[] {-1 / 3f, 1 / 3f, 4.5f}, merge(new Average(), a, b, c), 1e-6f);
    assertArrayEquals(new float[] {4, 8, 10}, merge(new Maximum(), a, b, c));
    assertArrayEquals(new float[] {-6, -5, 0.5f}, merge(new Minimum(), a, b, c));
  }

  @Test
  void theFirstOfEqualInputsGetsTheGradient() {
    for (Layer layer : List.of(new Maximum(), new Minimum())) {
      NetworkTrial trial = NetworkTrial.of(layer, List.of(THREE, THREE, THREE));
      float[] x = {1, -2, 3};
      float[] dy = {5, 6, 7};
      float[][] gradients = trial.step(new float[][] {x, x, x}, dy).inputs();
      assertArrayEquals(dy, gradients[0]);
      assertArrayEquals(new float[3], gradients[1]);
      assertArrayEquals(new float[3], gradients[2]);
    }
  }

  @Test
  void subtractReadsTwo() {
    assertEquals("expects two inputs; received 3", refusal(new Subtract(), THREE, THREE, THREE));
  }

  @Test
  void sequencesOfARowAreEquallyLong() {
    NetworkTrial trial = NetworkTrial.of(new Add(), List.of(RAGGED, RAGGED));
    float[] five = new float[5 * 2];
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> trial.score(new float[][] {five, five}, new int[][] {{3, 2}, {2, 3}}))
            .getMessage();
    assertTrue(
        message.endsWith("received a row of 3 and 2 steps: bring them to the same length first"),
        message);
  }

  @ParameterizedTest
  @CsvSource({"1, '(6, 3, 4)'", "-3, '(6, 3, 4)'"})
  void concatenatesAlongTheFirstAxisOfARow(int axis, String expected) {
    Layer layer = new Concatenate(axis);
    List<Shape> inputs = List.of(Shape.of(2, 3, 4), Shape.of(4, 3, 4));
    assertEquals(expected, layer.outputShape(inputs).toString());
    NetworkTrial trial = NetworkTrial.of(layer, inputs);
    float[][] data = trial.data(2);
    float[] y = trial.score(data);
    assertArrayEquals(Arrays.copyOfRange(data[0], 0, 24), Arrays.copyOfRange(y, 0, 24));
    assertArrayEquals(Arrays.copyOfRange(data[1], 48, 96), Arrays.copyOfRange(y, 96, 144));
  }

  @Test
  void concatenateRefusesWhatDoesNotFit() {
    Layer features = new Concatenate(-1);
    Layer steps = new Concatenate(1);
    assertEquals(
        "axis must be from 1 to 2 or from -2 to -1 for input (2, 3); received 0",
        refusal(new Concatenate(0), Shape.of(2, 3), Shape.of(2, 3)));
    assertTrue(refusal(features, Shape.of(2, 3), Shape.of(3, 3)).contains("[(2, 3), (3, 3)]"));
    assertTrue(refusal(features, RAGGED, Shape.of(3, 2)).contains("differ on axis -1 only"));
    assertTrue(refusal(steps, RAGGED, RAGGED).contains("expects rows of one length along axis 1"));
  }

  @Test
  void unknownExtentsAreCarriedAlong() {
    Shape partly = Shape.of(-1, 4);
    assertEquals(Shape.of(3, 8), new Concatenate(-1).outputShape(List.of(partly, Shape.of(3, 4))));
    assertEquals(Shape.of(-1, 4), new Concatenate(1).outputShape(List.of(partly, Shape.of(3, 4))));
  }

  /** The second embedding's padding stands between the steps of the whole. */
  @Test
  void joinedSequencesKeepTheirMasks() {
    Embedding words = new Embedding(List.of(3), 4, 0, Initializer.UNIFORM);
    Graph a = Graph.input("a", Shape.of(4)).then("e", words);
    Graph b = Graph.input("b", Shape.of(3)).then("f", words);
    NetworkTrial trial =
        new NetworkTrial(
            Graph.join("c", new Concatenate(1), List.of(a, b))
                .then("n", new GroupNormalization(2, 0.1, true, true)));
    trial.checkGradients(3);
    float[] once = trial.score(new float[][] {{1, 2, 0, 0}, {2, 0, 1}});
    int at = trial.weight("embeddings", trial.weights()).offset();
    trial.weights()[at] = 100;
    assertArrayEquals(once, trial.score(new float[][] {{1, 2, 0, 0}, {2, 0, 1}}));
    assertEquals(0, once[2 * 4], "a masked step, which the trial clears");
  }

  @Test
  void dotOfVectors() {
    float[] a = {1, 2, 3};
    float[] b = {4, -5, 6};
    assertArrayEquals(new float[] {12}, merge(new Dot(-1, false), a, b));
    double lengths = Math.sqrt(14) * Math.sqrt(77);
    assertEquals(12 / lengths, merge(new Dot(1, true), a, b)[0], 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "1, true", "-1, true"})
  void dotOfMatrices(int axis, boolean normalize) {
    Shape a = axis == 1 ? Shape.of(5, 3) : Shape.of(3, 5);
    Shape b = axis == 1 ? Shape.of(5, 2) : Shape.of(2, 5);
    Layer layer = new Dot(axis, normalize);
    assertEquals(Shape.of(3, 2), layer.outputShape(List.of(a, b)));
    NetworkTrial trial = NetworkTrial.of(layer, List.of(a, b));
    float[][] data = trial.data(4);
    float[] y = trial.score(data);
    for (int row = 0; row < 4; row++) {
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 2; j++) {
          double[] u = vector(data[0], row, a, axis, i);
          double[] v = vector(data[1], row, b, axis, j);
          double length = normalize ? Math.sqrt(dot(u, u) * dot(v, v)) : 1;
          assertEquals(dot(u, v) / length, y[(row * 3 + i) * 2 + j], 1e-5);
        }
      }
    }
  }

  private static double[] vector(float[] x, int row, Shape shape, int axis, int index) {
    double[] vector = new double[5];
    for (int k = 0; k < 5; k++) {
      int inRow = axis == 1 ? k * shape.last() + index : index * 5 + k;
      vector[k] = x[row * shape.size() + inRow];
    }
    return vector;
  }

  private static double dot(double[] u, double[] v) {
    double[] products = new double[u.length];
    Arrays.setAll(products, k -> u[k] * v[k]);
    return DoubleStream.of(products).sum();
  }

  @Test
  void dotRefusesWhatDoesNotFit() {
    Layer layer = new Dot(-1, false);
    assertEquals(
        "expects inputs of one extent on axis -1; received [(2, 3), (2, 4)]",
        refusal(layer, Shape.of(2, 3), Shape.of(2, 4)));
    assertTrue(refusal(layer, Shape.of(4, 2), RAGGED).contains("pool its steps"));
    assertTrue(refusal(layer, Shape.of(4, 2, 2), Shape.of(4, 2, 2)).contains("(4, 2, 2)"));
    assertEquals(Shape.of(Shape.RAGGED, 4), layer.outputShape(List.of(RAGGED, Shape.of(4, 2))));
  }
}
