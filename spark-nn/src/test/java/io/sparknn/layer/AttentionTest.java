package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.graph.Replica;
import io.sparknn.init.Initializer;
import io.sparknn.layer.attention.AdditiveAttention;
import io.sparknn.layer.attention.Attention;
import io.sparknn.layer.attention.MultiHeadAttention;
import io.sparknn.layer.attention.ScoreMode;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Attention layers against plain loops over one row at a time. */
class AttentionTest {
  private static final int ROWS = 5;
  private static final int RAGGED = Shape.RAGGED;

  /** Any sizes that fit together. */
  private static final List<List<Shape>> INPUTS =
      List.of(
          List.of(Shape.of(5, 6)),
          List.of(Shape.of(RAGGED, 6)),
          List.of(Shape.of(5, 6), Shape.of(3, 6)),
          List.of(Shape.of(4, 6), Shape.of(7, 2), Shape.of(7, 6)),
          List.of(Shape.of(RAGGED, 6), Shape.of(5, 6)),
          List.of(Shape.of(3, 6), Shape.of(RAGGED, 2), Shape.of(RAGGED, 6)));

  private static MultiHeadAttention heads(
      int heads, int keyValueHeads, int keySize, int valueSize, boolean causal, boolean rotary) {
    return new MultiHeadAttention(
        heads,
        keyValueHeads,
        keySize,
        valueSize,
        0,
        true,
        causal,
        0,
        rotary,
        Initializer.GLOROT_UNIFORM,
        Initializer.ZEROS);
  }

  // Plain loops

  /** What one row's queries, keys and values give: matrices of steps. */
  private interface Reference {
    double[][] of(double[][] query, double[][] key, double[][] value);
  }

  private static double[][] attend(
      double[][] query,
      double[][] key,
      double[][] value,
      boolean causal,
      ToDoubleBiFunction<double[], double[]> score) {
    double[][] output = new double[query.length][value.length == 0 ? 0 : value[0].length];
    for (int i = 0; i < query.length; i++) {
      double sum = 0;
      for (int j = 0; j < key.length && !(causal && j > i); j++) {
        double weight = Math.exp(score.applyAsDouble(query[i], key[j]));
        sum += weight;
        for (int f = 0; f < value[j].length; f++) {
          output[i][f] += weight * value[j][f];
        }
      }
      for (int f = 0; f < output[i].length; f++) {
        output[i][f] /= sum;
      }
    }
    return output;
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(f -> a[f] * b[f]).sum();
  }

  private static Reference loops(Attention layer, NetworkTrial trial) {
    return (query, key, value) -> {
      double factor = layer.useScale() ? get(trial, "scale", 0) : 1;
      double scale =
          layer.scoreMode() == ScoreMode.DOT ? factor : factor / Math.sqrt(query[0].length);
      return attend(query, key, value, layer.causal(), (q, k) -> scale * dot(q, k));
    };
  }

  private static Reference loops(AdditiveAttention layer, NetworkTrial trial) {
    return (query, key, value) ->
        attend(
            query,
            key,
            value,
            layer.causal(),
            (q, k) ->
                IntStream.range(0, q.length)
                    .mapToDouble(
                        f ->
                            Math.tanh(q[f] + k[f])
                                * (layer.useScale() ? get(trial, "scale", f) : 1))
                    .sum());
  }

  private static Reference loops(MultiHeadAttention layer, NetworkTrial trial) {
    int groups = layer.keyValueHeads() == 0 ? layer.heads() : layer.keyValueHeads();
    int valueSize = layer.valueSize() == 0 ? layer.keySize() : layer.valueSize();
    return (query, key, value) -> {
      double[][] joined = new double[query.length][layer.heads() * valueSize];
      double[][] allQ = project(trial, "query", query);
      double[][] allK = project(trial, "key", key);
      double[][] allV = project(trial, "value", value);
      for (int head = 0; head < layer.heads(); head++) {
        int group = head / (layer.heads() / groups);
        double[][] q = slice(allQ, head, layer.keySize());
        double[][] k = slice(allK, group, layer.keySize());
        double[][] y =
            attend(
                layer.rotary() ? rotated(q) : q,
                layer.rotary() ? rotated(k) : k,
                slice(allV, group, valueSize),
                layer.causal(),
                (a, b) -> dot(a, b) / Math.sqrt(layer.keySize()));
        for (int step = 0; step < y.length; step++) {
          System.arraycopy(y[step], 0, joined[step], head * valueSize, y[step].length);
        }
      }
      return project(trial, "output", joined);
    };
  }

  private static double[][] project(NetworkTrial trial, String part, double[][] x) {
    int columns = trial.weight(part + "_kernel", trial.weights()).columns();
    double[][] y = new double[x.length][columns];
    for (int step = 0; step < x.length; step++) {
      for (int c = 0; c < columns; c++) {
        y[step][c] = get(trial, part + "_bias", c);
        for (int f = 0; f < x[step].length; f++) {
          y[step][c] += x[step][f] * get(trial, part + "_kernel", f * columns + c);
        }
      }
    }
    return y;
  }

  private static double[][] slice(double[][] x, int head, int size) {
    return Stream.of(x)
        .map(step -> Arrays.copyOfRange(step, head * size, (head + 1) * size))
        .toArray(double[][]::new);
  }

  /** Features i and i + size / 2 as a complex number, times e^(i angle) in polar form. */
  private static double[][] rotated(double[][] x) {
    double[][] y = new double[x.length][];
    for (int step = 0; step < x.length; step++) {
      int size = x[step].length;
      y[step] = new double[size];
      for (int i = 0; i < size / 2; i++) {
        double radius = Math.hypot(x[step][i], x[step][i + size / 2]);
        double phase = Math.atan2(x[step][i + size / 2], x[step][i]);
        double angle = phase + step / Math.pow(10000, 2.0 * i / size);
        y[step][i] = radius * Math.cos(angle);
        y[step][i + size / 2] = radius * Math.sin(angle);
      }
    }
    return y;
  }

  private static double get(NetworkTrial trial, String weight, int index) {
    Tensor tensor = trial.weight(weight, trial.weights());
    return tensor.data()[tensor.offset() + index];
  }

  // Against them

  @TestFactory
  Stream<DynamicTest> layersEqualLoops() {
    List<DynamicTest> tests = new ArrayList<>();
    for (List<Shape> inputs : INPUTS) {
      for (boolean causal : new boolean[] {false, true}) {
        for (boolean scale : new boolean[] {false, true}) {
          for (ScoreMode mode : ScoreMode.values()) {
            Attention dot = new Attention(mode, scale, causal, 0);
            tests.add(equalsLoops(dot, inputs, trial -> loops(dot, trial)));
          }
          AdditiveAttention additive = new AdditiveAttention(scale, causal, 0);
          tests.add(equalsLoops(additive, inputs, trial -> loops(additive, trial)));
        }
        for (int[] sizes : new int[][] {{1, 0, 2, 0}, {4, 2, 4, 3}, {6, 1, 2, 1}}) {
          for (boolean rotary : new boolean[] {false, true}) {
            MultiHeadAttention heads =
                heads(sizes[0], sizes[1], sizes[2], sizes[3], causal, rotary);
            tests.add(equalsLoops(heads, inputs, trial -> loops(heads, trial)));
          }
        }
      }
    }
    return tests.stream();
  }

  private static DynamicTest equalsLoops(
      Layer layer, List<Shape> inputs, Function<NetworkTrial, Reference> loops) {
    return dynamicTest(
        layer + " of " + inputs,
        () -> {
          NetworkTrial trial = NetworkTrial.of(layer, inputs);
          float[][] data = trial.data(ROWS);
          float[] actual = trial.score(data);
          Reference reference = loops.apply(trial);
          int rowSize = actual.length / ROWS;
          for (int row = 0; row < ROWS; row++) {
            double[][] query = steps(trial, data, 0, row);
            double[][] value = steps(trial, data, Math.min(1, inputs.size() - 1), row);
            double[][] key = steps(trial, data, inputs.size() - 1, row);
            double[][] expected = reference.of(query, key, value);
            for (int i = 0; i < rowSize; i++) {
              int width = expected[0].length;
              double wanted = i / width < expected.length ? expected[i / width][i % width] : 0;
              double tolerance = 1e-5 * (1 + Math.abs(wanted));
              assertEquals(wanted, actual[row * rowSize + i], tolerance, row + ", " + i);
            }
          }
        });
  }

  /** A row of an input as a matrix. */
  private static double[][] steps(NetworkTrial trial, float[][] data, int input, int row) {
    int features = trial.network().inputShapes().get(input).last();
    float[] values = trial.rows(data, row, row + 1)[input];
    double[][] steps = new double[values.length / features][features];
    for (int i = 0; i < values.length; i++) {
      steps[i / features][i % features] = values[i];
    }
    return steps;
  }

  // Masks

  @Test
  void keysWithinARowThatDoNotCountAreAsIfNotThere() {
    Embedding embedding = new Embedding(List.of(4), 6, 0, Initializer.GLOROT_UNIFORM);
    for (Layer layer :
        List.of(
            heads(2, 1, 3, 0, false, false),
            new Attention(ScoreMode.DOT, false, false, 0),
            new AdditiveAttention(true, false, 0))) {
      Graph ids = Graph.input("ids", Shape.of(RAGGED)).then("embedding", embedding);
      NetworkTrial trial = new NetworkTrial(ids.then("attention", layer).readable());
      float[] with = trial.score(new float[][] {{0, 3, 0, 1, 2}}, new int[][] {{5}});
      float[] without = trial.score(new float[][] {{3, 1, 2}}, new int[][] {{3}});
      int[] places = {1, 3, 4};
      for (int i = 0; i < without.length; i++) {
        assertEquals(without[i], with[places[i / 6] * 6 + i % 6], 1e-6f, layer + " at " + i);
      }
    }
  }

  @Test
  void aQueryWithoutKeysGetsZero() {
    List<Shape> inputs = List.of(Shape.of(2, 3), Shape.of(RAGGED, 3));
    float[][] data = {NetworkTrial.random(12, 1), NetworkTrial.random(6, 2)};
    int[][] lengths = {null, {0, 2}};
    for (Layer layer :
        List.of(
            new Attention(ScoreMode.SCALED_DOT, true, false, 0),
            new AdditiveAttention(true, true, 0))) {
      NetworkTrial trial = NetworkTrial.of(layer, inputs);
      float[] output = trial.score(data, lengths);
      assertArrayEquals(new float[6], Arrays.copyOf(output, 6), layer.toString());
      NetworkTrial.Step step = trial.step(data, lengths, NetworkTrial.random(12, 3));
      assertArrayEquals(new float[6], Arrays.copyOf(step.inputs()[0], 6), layer.toString());
      assertArrayEquals(new float[6], Arrays.copyOf(step.inputs()[1], 6), layer.toString());
    }
    NetworkTrial trial = NetworkTrial.of(heads(2, 0, 2, 0, false, true), inputs);
    float[] output = trial.score(data, lengths);
    for (int i = 0; i < 6; i++) {
      assertEquals(get(trial, "output_bias", i % 3), output[i], 0f);
    }
  }

  // Scores

  @Test
  void scoresAreWeightsOverTheKeysThatCount() {
    for (Layer layer :
        List.of(
            heads(2, 0, 4, 0, true, false),
            new Attention(ScoreMode.DOT, false, true, 0.5),
            new AdditiveAttention(false, true, 0.5))) {
      Graph graph = Graph.input("x", Shape.of(RAGGED, 3)).then("layer", layer).readable();
      Network network = new Network(graph, List.of(Shape.of(RAGGED, 3)));
      Replica replica = new Replica(network);
      int[] lengths = {4, 2};
      replica.startTraining(2, new int[][] {lengths}, 1, new long[2]);
      for (int row = 0; row < 2; row++) {
        replica.write(0, row, NetworkTrial.random(3 * lengths[row], row), 0, 3 * lengths[row]);
      }
      replica.forward(network.initialWeights(1));
      Tensor scores = replica.attentionScores(layer.kind());
      int heads = scores.size() / 32;
      assertEquals(heads == 1 ? Shape.of(2, 4, 4) : Shape.of(2, heads, 4, 4), scores.shape());
      for (int i = 0; i < scores.rows(); i++) {
        int query = i % 4;
        int keys = query < lengths[i / (4 * heads)] ? query + 1 : 0;
        double sum = 0;
        for (int key = 0; key < 4; key++) {
          float weight = scores.data()[scores.offset() + i * 4 + key];
          assertEquals(key < keys, weight > 0, "weight of key " + key + " for query " + query);
          sum += weight;
        }
        assertEquals(keys == 0 ? 0 : 1, sum, 1e-6);
      }
    }
  }

  // Dropout

  @Test
  void dropoutDoesNotDependOnPaddingOrTheRowsBeside() {
    MultiHeadAttention layer =
        new MultiHeadAttention(
            2, 1, 4, 0, 0, true, false, 0.5, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS);
    NetworkTrial trial = NetworkTrial.of(layer, List.of(Shape.of(RAGGED, 3)));
    float[][] all = trial.data(ROWS);
    float[][] first = trial.rows(all, 0, 1);
    float[] alone = trial.train(first);
    assertArrayEquals(alone, Arrays.copyOf(trial.train(all), alone.length), 1e-6f);
    assertFalse(Arrays.equals(alone, trial.score(first)));
  }

  @Test
  void dropoutKeepsTheMean() {
    int keys = 400;
    Attention layer = new Attention(ScoreMode.DOT, false, false, 0.3);
    NetworkTrial trial =
        NetworkTrial.of(layer, List.of(Shape.of(50, 1), Shape.of(keys, 1), Shape.of(keys, 1)));
    float[] ones = new float[keys];
    Arrays.fill(ones, 1);
    float[] output = trial.train(new float[][] {new float[50], ones, new float[keys]});
    double mean = IntStream.range(0, 50).mapToDouble(i -> output[i]).average().orElseThrow();
    assertEquals(1, mean, 0.02);
    assertTrue(IntStream.range(0, 50).mapToDouble(i -> output[i]).distinct().count() > 10);
  }

  // Bad input

  private static String refusal(Layer layer, Shape... inputs) {
    return assertThrows(IllegalArgumentException.class, () -> layer.outputShape(List.of(inputs)))
        .getMessage();
  }

  @Test
  void refusesWhatDoesNotFitTogether() {
    Attention layer = new Attention(ScoreMode.DOT, false, false, 0);
    assertEquals(
        "expects as many keys as values; received keys (6, 3) and values (5, 4): make both from one"
            + " column",
        refusal(layer, Shape.of(4, 3), Shape.of(5, 4), Shape.of(6, 3)));
    assertEquals(
        "expects queries and keys of as many features; received (4, 3) and (5, 4): put a Dense"
            + " before one of them, or use MultiHeadAttention",
        refusal(layer, Shape.of(4, 3), Shape.of(5, 4)));
    assertEquals(
        "heads must be a multiple of keyValueHeads; received 4 and 3",
        assertThrows(IllegalArgumentException.class, () -> heads(4, 3, 2, 0, false, false))
            .getMessage());
    assertEquals(
        "keySize must be even for rotary positions; received 3",
        assertThrows(IllegalArgumentException.class, () -> heads(2, 0, 3, 0, false, true))
            .getMessage());
  }
}
