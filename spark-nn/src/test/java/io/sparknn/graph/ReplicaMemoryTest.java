package io.sparknn.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph.Node;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import io.sparknn.layer.block.ResidualBlock;
import io.sparknn.layer.block.TransformerEncoder;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.embed.Embedding;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.pool.GlobalAveragePooling;
import io.sparknn.layer.pool.MaxPooling;
import io.sparknn.layer.recurrent.GRU;
import io.sparknn.layer.recurrent.LSTM;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a training step holds at most, beside what it cannot do without. */
class ReplicaMemoryTest {
  private static final double MOST = 1.5;

  /** Layers whose gradients need neither input nor output. */
  private static final Set<String> NEED_NOTHING =
      Set.of(
          "Add",
          "Dropout",
          "Embedding",
          "MeanEmbedding",
          "PositionEmbedding",
          "GlobalAveragePooling",
          "MaxPooling");

  /** Layers whose gradients need the output in place of the input. */
  private static final Set<String> NEED_OUTPUT = Set.of("RectifiedAdd");

  /** Layers whose gradients need both. */
  private static final Set<String> NEED_BOTH = Set.of("RectifiedBatchNormalization");

  private enum Case {
    PERCEPTRON(128, Shape.of(784)) {
      @Override
      Graph body(Graph x) {
        return then(then(x, new Dense(512, RELU)), new Dense(256, RELU));
      }
    },
    LENET(128, Shape.of(28, 28, 1)) {
      @Override
      Graph body(Graph x) {
        Layer pooling = new MaxPooling(windows(2, 2, Padding.VALID));
        Graph first = then(then(x, convolution(32, 5, Padding.VALID, RELU, true)), pooling);
        Graph second = then(then(first, convolution(64, 5, Padding.VALID, RELU, true)), pooling);
        return then(then(second, new Flatten()), new Dense(512, RELU));
      }
    },
    RESIDUAL(16, Shape.of(32, 32, 3)) {
      @Override
      Graph body(Graph x) {
        Graph graph = then(x, convolution(16, 3, Padding.SAME, LINEAR, false));
        graph = then(graph, new BatchNormalization(0.9, 1e-5));
        graph = then(graph, new io.sparknn.layer.core.Activation(RELU));
        for (int i = 0; i < 9; i++) {
          int stride = i == 3 || i == 6 ? 2 : 1;
          graph =
              then(
                  graph,
                  new ResidualBlock(
                      ResidualBlock.Variant.BASIC,
                      16 << (i / 3),
                      stride,
                      ResidualBlock.Shortcut.PROJECTION,
                      false,
                      RELU,
                      0.9,
                      1e-5,
                      Initializer.HE_NORMAL));
        }
        return then(graph, new GlobalAveragePooling(2));
      }
    },
    LONG_SHORT(64, Shape.of(50, 64)) {
      @Override
      Graph body(Graph x) {
        return then(
            x,
            new LSTM(
                128, TANH, SIGMOID, true, true, false, false, 0, 0, GLOROT, ORTHOGONAL, ZEROS));
      }
    },
    GATED(64, Shape.of(50, 64)) {
      @Override
      Graph body(Graph x) {
        return then(
            x,
            new GRU(128, TANH, SIGMOID, true, true, false, false, 0, 0, GLOROT, ORTHOGONAL, ZEROS));
      }
    },
    ENCODER(32, Shape.of(64, 128)) {
      @Override
      Graph body(Graph x) {
        return then(then(x, transformer(2, 4, 512, RELU, 0.1, false)), new GlobalAveragePooling(1));
      }
    },
    MEAN_EMBEDDING(256, Shape.of(100)) {
      @Override
      Graph body(Graph x) {
        Layer embedding = new Embedding(List.of(20_000), 128, -1, GLOROT);
        return then(then(x, embedding), new GlobalAveragePooling(1));
      }
    },
    GPT(16, Shape.of(128, 192)) {
      @Override
      Graph body(Graph x) {
        return then(x, transformer(4, 6, 768, ActivationFunction.GELU_TANH, 0, true));
      }
    };

    private static final ActivationFunction LINEAR = ActivationFunction.LINEAR;
    private static final ActivationFunction RELU = ActivationFunction.RELU;
    private static final ActivationFunction TANH = ActivationFunction.TANH;
    private static final ActivationFunction SIGMOID = ActivationFunction.SIGMOID;
    private static final Initializer GLOROT = Initializer.GLOROT_UNIFORM;
    private static final Initializer ORTHOGONAL = Initializer.ORTHOGONAL;
    private static final Initializer ZEROS = Initializer.ZEROS;

    private final int rows;
    private final Shape shape;

    Case(int rows, Shape shape) {
      this.rows = rows;
      this.shape = shape;
    }

    abstract Graph body(Graph x);

    Network network() {
      Graph graph = then(body(Graph.input("x", shape)), new Dense(10, LINEAR));
      return new Network(graph.readable(), List.of(shape));
    }

    private static Graph then(Graph graph, Layer layer) {
      return graph.then("layer" + graph.nodes().size(), layer);
    }

    private static List<Window> windows(int size, int stride, Padding padding) {
      return Collections.nCopies(2, new Window(size, stride, 1, padding));
    }

    private static Layer convolution(
        int filters, int size, Padding padding, ActivationFunction activation, boolean useBias) {
      return new Convolution(
          filters, windows(size, 1, padding), 1, activation, useBias, GLOROT, ZEROS);
    }

    private static Layer transformer(
        int layers,
        int heads,
        int feedForward,
        ActivationFunction activation,
        double dropout,
        boolean isGpt) {
      return new TransformerEncoder(
          layers,
          heads,
          0,
          feedForward,
          activation,
          dropout,
          isGpt,
          isGpt,
          false,
          isGpt,
          1e-5,
          GLOROT,
          ZEROS);
    }
  }

  private static void train(Replica replica, Gradient gradient, float[] weights, int rows) {
    replica.startTraining(rows, 1, new long[rows]);
    replica.forward(weights);
    replica.outputGradient();
    gradient.clear();
    replica.backward(gradient);
  }

  /** The elements of the batch's values that a backward pass reads. */
  private static long needed(Network network, int rows) {
    Map<String, Long> sizes = new HashMap<>();
    Map<String, String> origins = new HashMap<>();
    Set<String> needed = new HashSet<>();
    network
        .graph()
        .inputs()
        .forEach(input -> sizes.put(input.name(), (long) rows * input.shape().size()));
    for (Node part : network.parts()) {
      List<String> read =
          part.inputs().stream().map(name -> origins.getOrDefault(name, name)).toList();
      if (part.layer().isView()) {
        origins.put(part.name(), read.get(0));
        continue;
      }
      sizes.put(part.name(), (long) rows * part.shape().size());
      String kind = part.layer().getClass().getSimpleName();
      if (NEED_OUTPUT.contains(kind) || NEED_BOTH.contains(kind) || hasRectifier(part.layer())) {
        needed.add(part.name());
      }
      if (!NEED_NOTHING.contains(kind) && !NEED_OUTPUT.contains(kind)) {
        needed.addAll(read);
      }
    }
    needed.add(network.output());
    return needed.stream().mapToLong(sizes::get).sum();
  }

  private static boolean hasRectifier(Layer layer) {
    return (layer instanceof Dense dense && dense.activation() == ActivationFunction.RELU)
        || (layer instanceof Convolution conv && conv.activation() == ActivationFunction.RELU);
  }

  @ParameterizedTest
  @EnumSource
  void trainingHoldsLittleMoreThanItMust(Case each) {
    Network network = each.network();
    Replica replica = new Replica(network);
    Gradient gradient = network.newGradient();
    float[] weights = network.initialWeights(1);
    train(replica, gradient, weights, each.rows);
    train(replica, gradient, weights, each.rows);

    long state = network.size() + network.gradientSize() + 2L * network.trainableSize();
    long must = state + needed(network, each.rows) + replica.savedElements();
    double ratio = (double) (state + replica.elements()) / must;
    System.out.printf(Locale.ROOT, "%s: %.2f times what it must hold%n", each, ratio);
    assertTrue(ratio <= MOST, each + " holds " + ratio + " times what it must");
  }

  @ParameterizedTest
  @EnumSource
  void whatTrainingHoldsIsKnownBefore(Case each) {
    Network network = each.network();
    Replica replica = new Replica(network);
    train(replica, network.newGradient(), network.initialWeights(1), each.rows);
    assertNear(replica.elements(), Replica.elements(network, each.rows, 0, 0));
  }

  @Test
  void theLongestRowAndTheRowsToScoreCount() {
    Shape ragged = Shape.of(1).with(0, Shape.RAGGED);
    Layer embedding = new Embedding(List.of(100), 64, -1, Case.GLOROT);
    Graph words = Case.then(Graph.input("words", ragged), embedding);
    Graph encoded = Case.then(words, Case.transformer(1, 4, 128, Case.RELU, 0, false));
    Graph pooled = Case.then(encoded, new GlobalAveragePooling(1));
    Network network =
        new Network(Case.then(pooled, new Dense(2, Case.LINEAR)).readable(), List.of(ragged));
    Replica replica = new Replica(network);
    int[] lengths = {3, 40, 7, 1};
    replica.startTraining(4, new int[][] {lengths}, 1, new long[4]);
    for (int row = 0; row < lengths.length; row++) {
      replica.write(0, row, new float[lengths[row]], 0, lengths[row]);
    }
    replica.forward(network.initialWeights(1));
    replica.outputGradient();
    replica.backward(network.newGradient());
    assertNear(replica.elements(), Replica.elements(network, 4, 0, 40));

    int[] more = new int[50];
    Arrays.fill(more, 40);
    replica.start(50, new int[][] {more});
    for (int row = 0; row < more.length; row++) {
      replica.write(0, row, new float[40], 0, 40);
    }
    replica.forward(network.initialWeights(1));
    assertNear(replica.elements(), Replica.elements(network, 4, 50, 40));
  }

  private static void assertNear(long held, long estimated) {
    double ratio = (double) estimated / held;
    assertTrue(
        ratio > 1 / MOST && ratio < MOST,
        String.format(Locale.ROOT, "%d of %d elements", estimated, held));
  }

  @Test
  void nothingGrowsFromStepToStep() {
    Network network = Case.ENCODER.network();
    Replica replica = new Replica(network);
    Gradient gradient = network.newGradient();
    float[] weights = network.initialWeights(1);
    train(replica, gradient, weights, 4);
    long first = replica.elements();
    train(replica, gradient, weights, 4);
    train(replica, gradient, weights, 3);
    assertEquals(first, replica.elements());
  }
}
