package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Graph;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.Network;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.graph.Replica;
import io.sparknn.init.Initializer;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.embed.InvalidIds;
import io.sparknn.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTest {
  private static final int RAGGED = Shape.RAGGED;

  /** A network of one embedding, with a replica. */
  private static final class Trial {
    final Network network;
    final Replica replica;
    final float[] weights;
    final float[] sum;

    Trial(Embedding layer, int... input) {
      Graph graph = Graph.input("ids", Shape.of(input)).then("layer", layer);
      network = new Network(graph.readable(), List.of(Shape.of(input)));
      replica = new Replica(network, true);
      weights = NetworkTrial.random(network.size(), 3);
      sum = new float[network.size()];
    }

    float[] train(float[] ids, int... lengths) {
      int rows =
          lengths.length > 0 ? lengths.length : ids.length / network.inputShapes().get(0).size();
      replica.startTraining(
          rows, new int[][] {lengths.length > 0 ? lengths : null}, 1, new long[rows]);
      int start = 0;
      for (int row = 0; row < rows; row++) {
        int size = lengths.length > 0 ? lengths[row] : ids.length / rows;
        replica.write(0, row, ids, start, size);
        start += size;
      }
      return forward();
    }

    float[] forward() {
      replica.forward(weights);
      return Arrays.copyOf(replica.output().data(), replica.output().size());
    }

    /** The gradients of a random gradient of the output, which is returned. */
    float[] backward() {
      float[] gradient = NetworkTrial.random(replica.output().size(), 4);
      System.arraycopy(gradient, 0, replica.outputGradient().data(), 0, gradient.length);
      Arrays.fill(replica.inputGradient(0).data(), 7);
      newGradient().addTo(sum);
      return gradient;
    }

    Gradient newGradient() {
      Gradient gradient = network.newGradient();
      replica.backward(gradient);
      return gradient;
    }
  }

  private static Embedding embedding(int inputDim, int outputDim, int paddingIndex) {
    return new Embedding(List.of(inputDim), outputDim, paddingIndex, Initializer.GLOROT_UNIFORM);
  }

  private static float[] ids(int size, int... dims) {
    Random random = new Random(5);
    float[] ids = new float[size];
    for (int i = 0; i < size; i++) {
      ids[i] = random.nextInt(dims[i % dims.length]);
    }
    return ids;
  }

  @ParameterizedTest
  @CsvSource({"7, 1", "3, 2", "1, 8", "5, 3"})
  void equalsPlainLoops(int outputDim, int columns) {
    int[] dims = IntStream.range(0, columns).map(i -> 4 + 3 * i).toArray();
    List<Integer> inputDims = IntStream.of(dims).boxed().toList();
    Embedding layer = new Embedding(inputDims, outputDim, -1, Initializer.ZEROS);
    Trial trial = columns == 1 ? new Trial(layer, 6) : new Trial(layer, 6, columns);
    float[] ids = ids(3 * 6 * columns, dims);
    float[] output = trial.train(ids);
    float[] gradient = trial.backward();

    float[] y = new float[ids.length * outputDim];
    float[] dw = new float[trial.weights.length];
    for (int i = 0; i < ids.length; i++) {
      int row = IntStream.of(dims).limit(i % columns).sum() + (int) ids[i];
      for (int k = 0; k < outputDim; k++) {
        y[i * outputDim + k] = trial.weights[row * outputDim + k];
        dw[row * outputDim + k] += gradient[i * outputDim + k];
      }
    }
    assertArrayEquals(y, output);
    assertArrayEquals(dw, trial.sum, 1e-5f);
    assertArrayEquals(new float[ids.length], trial.replica.inputGradient(0).data());
  }

  @Test
  void addsAnAxis() {
    Embedding one = embedding(4, 3, -1);
    assertEquals(Shape.of(5, 3), one.outputShape(List.of(Shape.of(5))));
    assertEquals(Shape.of(RAGGED, 3), one.outputShape(List.of(Shape.of(RAGGED))));
    assertEquals(Shape.of(RAGGED, 2, 3), one.outputShape(List.of(Shape.of(RAGGED, 2))));
    assertEquals(Shape.of(-1, 3), one.outputShape(List.of(Shape.of(Shape.UNKNOWN))));
    Embedding two = new Embedding(List.of(4, 5), 3, -1, Initializer.ZEROS);
    assertEquals(Shape.of(2, 3), two.outputShape(List.of(Shape.of(2))));
    assertEquals(Shape.of(2, 3), two.outputShape(List.of(Shape.of(Shape.UNKNOWN))));
    assertEquals(Shape.of(RAGGED, 2, 3), two.outputShape(List.of(Shape.of(RAGGED, 2))));
    assertEquals(Shape.of(9, 3), two.weights(List.of(Shape.of(2))).get(0).shape());
  }

  @Test
  void paddedStepsGiveZeroWhateverStandsThere() {
    Trial trial = new Trial(embedding(4, 2, -1), RAGGED);
    trial.train(new float[] {3, 1, 2, 0}, 1, 3);
    trial.replica.input(0).data()[1] = -5;
    trial.replica.input(0).data()[2] = Float.NaN;
    float[] w = trial.weights;
    float[] expected = {w[6], w[7], 0, 0, 0, 0, w[2], w[3], w[4], w[5], w[0], w[1]};
    assertArrayEquals(expected, trial.forward());
    float[] gradient = trial.backward();
    float[] dw = new float[8];
    System.arraycopy(gradient, 0, dw, 6, 2);
    System.arraycopy(gradient, 6, dw, 2, 4);
    System.arraycopy(gradient, 10, dw, 0, 2);
    assertArrayEquals(dw, trial.sum);
    assertEquals(Mask.ofLengths(new int[] {1, 3}, 3), trial.replica.outputMask());
  }

  @Test
  void thePaddingIndexDoesNotCount() {
    Trial trial = new Trial(embedding(4, 2, 0), 3);
    trial.train(new float[] {1, 0, 0, 0, 2, 3});
    assertEquals(
        new Mask(3, new boolean[] {true, false, false, false, true, true}),
        trial.replica.outputMask());
    trial.train(new float[] {1, 1, 2, 3, 2, 3});
    assertNull(trial.replica.outputMask());
  }

  @Test
  void thePaddingIndexDoesNotCountAmongStepsThatDo() {
    Trial trial = new Trial(embedding(4, 2, 0), RAGGED);
    trial.train(new float[] {1, 0, 0, 2, 3}, 2, 3);
    assertEquals(
        new Mask(3, new boolean[] {true, false, false, false, true, true}),
        trial.replica.outputMask());
    trial.train(new float[] {1, 1, 1, 2, 3}, 2, 3);
    assertEquals(Mask.ofLengths(new int[] {2, 3}, 3), trial.replica.outputMask());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void thePaddingIndexKeepsItsEmbedding(int rank) {
    int[] shape = rank == 1 ? new int[] {4} : new int[] {2, 2};
    Trial trial = new Trial(embedding(3, 2, 2), shape);
    float[] output = trial.train(new float[] {0, 2, 1, 2});
    assertArrayEquals(
        Arrays.copyOfRange(trial.weights, 4, 6), Arrays.copyOfRange(output, 2, 4), "its values");
    float[] gradient = trial.backward();
    float[] expected = {gradient[0], gradient[1], gradient[4], gradient[5], 0, 0};
    assertArrayEquals(expected, trial.sum);
    if (rank == 2) {
      assertNull(trial.replica.outputMask(), "columns are no steps");
    }
  }

  @Test
  void theGradientHasTheRowsThatABatchTouches() throws IOException {
    Trial trial = new Trial(embedding(1_000_000, 8, -1), 5);
    trial.train(new float[] {999_999, 0, 77, 0, 1});
    trial.backward();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(trial.newGradient());
    }
    assertTrue(bytes.size() < 2000, "bytes: " + bytes.size());
  }

  @Test
  void refusesIdsThatAreNone() {
    Trial one = new Trial(embedding(4, 2, -1), 3);
    String rule =
        "embedding: expects whole numbers from 0 to 3 as ids (inputDim 4); received %s at position"
            + " %d of a row: ";
    String beyond = rule + "set inputDim above the greatest id, or handleInvalid to keep";
    String fraction = rule + "index the values, as StringIndexer does";
    assertEquals(String.format(Locale.ROOT, beyond, "4", 2), refusal(one, 0, 1, 4));
    assertEquals(String.format(Locale.ROOT, beyond, "-1", 0), refusal(one, 0, 1, 2, -1, 1, 2));
    assertEquals(String.format(Locale.ROOT, fraction, "1.5", 1), refusal(one, 0, 1.5f, 4));
    assertEquals(String.format(Locale.ROOT, fraction, "NaN", 0), refusal(one, Float.NaN, 0, 0));
    assertEquals(String.format(Locale.ROOT, beyond, "10000000000", 0), refusal(one, 1e10f, 0, 0));
    Trial two = new Trial(new Embedding(List.of(4, 2), 2, -1, Initializer.ZEROS), 2, 2);
    assertEquals(
        "embedding: expects whole numbers from 0 to 1 in column 1 as ids (inputDim 2); received 3 at"
            + " position 3 of a row: set inputDim above the greatest id, or handleInvalid to keep",
        refusal(two, 3, 1, 3, 3));
  }

  private static String refusal(Trial trial, float... ids) {
    return assertThrows(IllegalArgumentException.class, () -> trial.train(ids)).getMessage();
  }

  @Test
  void keepsIdsThatAreNoneInARowOfTheirOwn() {
    Embedding layer = new Embedding(List.of(2, 3), 1, -1, Initializer.ZEROS, InvalidIds.KEEP);
    assertEquals(
        Shape.of(7, 1), layer.weights(List.of(Shape.of(2))).get(0).shape(), "one more a column");
    Graph graph = Graph.input("x", Shape.of(2)).then("e", layer).readable();
    Network network = new Network(graph, List.of(Shape.of(2)));
    Replica replica = new Replica(network);
    float[] table = {0, 1, 2, 3, 4, 5, 6};
    float[] ids = {1, 2, 2, 3, -7, 1e9f};
    replica.start(3);
    System.arraycopy(ids, 0, replica.input(0).data(), 0, ids.length);
    replica.forward(table);
    float[] y = Arrays.copyOf(replica.output().data(), 6);
    assertArrayEquals(new float[] {1, 5, 2, 6, 2, 6}, y);
    replica.input(0).data()[0] = 0.5f;
    assertThrows(IllegalArgumentException.class, () -> replica.forward(table));
  }

  @Test
  void ofOneNumberGivesItsVector() {
    Embedding layer = embedding(4, 3, 0);
    assertEquals(Shape.of(3), layer.outputShape(List.of(Shape.SCALAR)));
    assertEquals(Shape.of(1, 3), layer.outputShape(List.of(Shape.of(1))));
    Graph graph = Graph.input("x", Shape.SCALAR).then("e", layer);
    Graph read = GraphJson.read(GraphJson.write(graph), Graph.class);
    assertEquals(Shape.of(3), new Network(read, List.of(Shape.of(1))).outputShape());
    Replica replica = new Replica(new Network(read, List.of(Shape.SCALAR)));
    replica.start(2);
    replica.forward(new float[12]);
    assertEquals(Shape.of(2, 3), replica.output().shape());
    assertNull(replica.outputMask(), "a number has no steps that could be padding");
  }

  @Test
  void ofAnEarlierVersionIsRead() {
    String json =
        """
        {"type":"embed.Embedding","inputDims":[4],"outputDim":2,"paddingIndex":-1,\
        "embeddingsInitializer":"zeros"}""";
    assertEquals(
        new Embedding(List.of(4), 2, -1, Initializer.ZEROS), GraphJson.read(json, Layer.class));
  }

  @Test
  void refusesAnotherNumberOfColumns() {
    Embedding layer = new Embedding(List.of(4, 5), 3, -1, Initializer.ZEROS);
    for (Shape shape : List.of(Shape.of(3), Shape.of(RAGGED), Shape.of(2, 1))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> layer.outputShape(List.of(shape)))
              .getMessage();
      assertEquals(
          "expects 2 columns, one for each inputDim, on the last axis; received "
              + shape
              + ": set as many inputDims as there are columns",
          message);
    }
  }

  @Test
  void refusesConfigurationsThatMakeNoSense() {
    assertTrue(refusal(List.of(3, 0), 1, -1).endsWith("received [3, 0]"));
    assertTrue(
        refusal(List.of((1 << 24) + 1), 1, -1).startsWith("inputDim must be from 1 to 2^24"));
    assertEquals("outputDim must be at least 1; received 0", refusal(List.of(3), 0, -1));
    assertTrue(refusal(List.of(3), 1, 3).endsWith("an id below inputDim, 3; received 3"));
    assertTrue(refusal(List.of(3), 1, -2).endsWith("received -2"));
    assertTrue(refusal(List.of(3, 4), 1, 0).endsWith("received 0 with 2 columns: set it to -1"));
  }

  private static String refusal(List<Integer> inputDims, int outputDim, int paddingIndex) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> new Embedding(inputDims, outputDim, paddingIndex, Initializer.ZEROS))
        .getMessage();
  }
}
