package io.sparknn.layer;

import static io.sparknn.activation.ActivationFunction.SIGMOID;
import static io.sparknn.activation.ActivationFunction.TANH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network.Slot;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.init.Initializer;
import io.sparknn.layer.block.Bidirectional;
import io.sparknn.layer.block.Bidirectional.MergeMode;
import io.sparknn.layer.recurrent.GRU;
import io.sparknn.layer.recurrent.LSTM;
import io.sparknn.layer.recurrent.SimpleRNN;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Recurrent layers against cells written down unit by unit, in double, one row at a time. */
class RecurrentTest {
  private static final int FEATURES = 3;
  private static final int UNITS = 4;
  private static final Shape RAGGED = Shape.of(Shape.RAGGED, FEATURES);

  /** What differs between the cases of a cell. */
  private record Options(
      ActivationFunction activation,
      ActivationFunction recurrentActivation,
      boolean useBias,
      boolean returnSequences,
      boolean goBackwards,
      double dropout,
      double recurrentDropout) {

    static final Options DEFAULT = new Options(TANH, SIGMOID, true, false, false, 0, 0);

    Options with(boolean sequences, boolean backwards) {
      return new Options(
          activation,
          recurrentActivation,
          useBias,
          sequences,
          backwards,
          dropout,
          recurrentDropout);
    }

    Options withoutBias() {
      return new Options(
          activation,
          recurrentActivation,
          false,
          returnSequences,
          goBackwards,
          dropout,
          recurrentDropout);
    }

    Options dropping(double inputs, double states) {
      return new Options(
          activation, recurrentActivation, useBias, returnSequences, goBackwards, inputs, states);
    }

    Options activating(ActivationFunction function, ActivationFunction recurrent) {
      return new Options(
          function, recurrent, useBias, returnSequences, goBackwards, dropout, recurrentDropout);
    }
  }

  /** The layers, each with its cell. */
  private enum Kind {
    SIMPLE {
      @Override
      Layer layer(int units, Options o) {
        return new SimpleRNN(
            units,
            o.activation,
            o.useBias,
            o.returnSequences,
            o.goBackwards,
            o.dropout,
            o.recurrentDropout,
            Initializer.GLOROT_UNIFORM,
            Initializer.GLOROT_UNIFORM,
            Initializer.ZEROS);
      }

      @Override
      double[][] step(Weights w, double[] x, double[] h, double[] c) {
        double[] next = new double[h.length];
        for (int u = 0; u < next.length; u++) {
          next[u] = Math.tanh(w.input(x, u) + w.state(h, u));
        }
        return new double[][] {next, c};
      }
    },
    LSTM {
      @Override
      Layer layer(int units, Options o) {
        return new LSTM(
            units,
            o.activation,
            o.recurrentActivation,
            o.useBias,
            true,
            o.returnSequences,
            o.goBackwards,
            o.dropout,
            o.recurrentDropout,
            Initializer.GLOROT_UNIFORM,
            Initializer.GLOROT_UNIFORM,
            Initializer.ZEROS);
      }

      @Override
      double[][] step(Weights w, double[] x, double[] h, double[] c) {
        int n = h.length;
        double[][] next = new double[2][n];
        for (int u = 0; u < n; u++) {
          double i = sigmoid(w.input(x, u) + w.state(h, u));
          double f = sigmoid(w.input(x, n + u) + w.state(h, n + u));
          double g = Math.tanh(w.input(x, 2 * n + u) + w.state(h, 2 * n + u));
          double o = sigmoid(w.input(x, 3 * n + u) + w.state(h, 3 * n + u));
          next[1][u] = f * c[u] + i * g;
          next[0][u] = o * Math.tanh(next[1][u]);
        }
        return next;
      }
    },
    GRU_RESET_BEFORE {
      @Override
      Layer layer(int units, Options options) {
        return gru(units, false, options);
      }

      @Override
      double[][] step(Weights w, double[] x, double[] h, double[] c) {
        int n = h.length;
        double[] reset = new double[n];
        for (int u = 0; u < n; u++) {
          reset[u] = h[u] * sigmoid(w.input(x, n + u) + w.state(h, n + u));
        }
        double[] next = new double[n];
        for (int u = 0; u < n; u++) {
          double z = sigmoid(w.input(x, u) + w.state(h, u));
          double g = Math.tanh(w.input(x, 2 * n + u) + w.state(reset, 2 * n + u));
          next[u] = z * h[u] + (1 - z) * g;
        }
        return new double[][] {next, c};
      }
    },
    GRU_RESET_AFTER {
      @Override
      Layer layer(int units, Options options) {
        return gru(units, true, options);
      }

      @Override
      double[][] step(Weights w, double[] x, double[] h, double[] c) {
        int n = h.length;
        double[] next = new double[n];
        for (int u = 0; u < n; u++) {
          double z = sigmoid(w.input(x, u) + w.state(h, u));
          double r = sigmoid(w.input(x, n + u) + w.state(h, n + u));
          double g = Math.tanh(w.input(x, 2 * n + u) + r * w.state(h, 2 * n + u));
          next[u] = z * h[u] + (1 - z) * g;
        }
        return new double[][] {next, c};
      }
    };

    abstract Layer layer(int units, Options options);

    /** The states h and c after a step. */
    abstract double[][] step(Weights w, double[] x, double[] h, double[] c);

    private static Layer gru(int units, boolean resetAfter, Options o) {
      return new GRU(
          units,
          o.activation,
          o.recurrentActivation,
          o.useBias,
          resetAfter,
          o.returnSequences,
          o.goBackwards,
          o.dropout,
          o.recurrentDropout,
          Initializer.GLOROT_UNIFORM,
          Initializer.GLOROT_UNIFORM,
          Initializer.ZEROS);
    }

    private static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }

    Layer layer(Options options) {
      return layer(UNITS, options);
    }
  }

  /** A layer's weights; the bias may have a second row, which belongs to the state. */
  private record Weights(Tensor kernel, Tensor recurrent, Tensor bias) {

    static Weights of(NetworkTrial trial, boolean useBias) {
      return new Weights(
          trial.weight("kernel", trial.weights()),
          trial.weight("recurrent_kernel", trial.weights()),
          useBias ? trial.weight("bias", trial.weights()) : null);
    }

    double input(double[] x, int column) {
      return product(x, kernel, column) + bias(column);
    }

    double state(double[] h, int column) {
      return product(h, recurrent, column) + bias(recurrent.columns() + column);
    }

    private double bias(int index) {
      return bias != null && index < bias.size() ? at(bias, index) : 0;
    }

    private static double product(double[] x, Tensor matrix, int column) {
      double sum = 0;
      for (int i = 0; i < x.length; i++) {
        sum += x[i] * at(matrix, i * matrix.columns() + column);
      }
      return sum;
    }

    private static double at(Tensor tensor, int index) {
      return tensor.data()[tensor.offset() + index];
    }
  }

  /** The states after reading each of a row's steps, at the step's own place. */
  private static double[][] reference(
      Kind kind, Weights weights, float[] data, int from, int steps, int units, boolean backwards) {
    double[] h = new double[units];
    double[] c = new double[units];
    double[][] outputs = new double[steps][];
    for (int i = 0; i < steps; i++) {
      int step = backwards ? steps - 1 - i : i;
      double[] x = new double[FEATURES];
      Arrays.setAll(x, k -> data[from + step * FEATURES + k]);
      double[][] next = kind.step(weights, x, h, c);
      h = next[0];
      c = next[1];
      outputs[step] = h;
    }
    return outputs;
  }

  private static Stream<Options> options() {
    return Stream.of(
        Options.DEFAULT,
        Options.DEFAULT.withoutBias(),
        Options.DEFAULT.with(false, true),
        Options.DEFAULT.with(true, false),
        Options.DEFAULT.with(true, true));
  }

  @ParameterizedTest
  @EnumSource
  void everyRowFollowsItsCell(Kind kind) {
    options().forEach(options -> checkAgainstReference(kind, options));
  }

  private static void checkAgainstReference(Kind kind, Options options) {
    NetworkTrial trial = NetworkTrial.of(kind.layer(options), List.of(RAGGED));
    Weights weights = Weights.of(trial, options.useBias);
    int rows = 7;
    float[][] data = trial.data(rows);
    int[] lengths = trial.lengths(rows)[0];
    float[] actual = trial.score(data);
    int longest = IntStream.of(lengths).max().orElseThrow();
    int from = 0;
    for (int row = 0; row < rows; row++) {
      double[][] outputs =
          reference(kind, weights, data[0], from, lengths[row], UNITS, options.goBackwards);
      from += lengths[row] * FEATURES;
      if (options.returnSequences) {
        for (int step = 0; step < lengths[row]; step++) {
          assertClose(outputs[step], actual, (row * longest + step) * UNITS, 1e-5);
        }
      } else {
        int last = options.goBackwards ? 0 : lengths[row] - 1;
        assertClose(outputs[last], actual, row * UNITS, 1e-5);
      }
    }
  }

  private static void assertClose(double[] expected, float[] actual, int from, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[from + i], tolerance, "at " + (from + i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyStepsFollowTheCell(Kind kind) {
    int steps = 2000;
    int units = 20;
    NetworkTrial trial =
        NetworkTrial.of(
            kind.layer(units, Options.DEFAULT.with(true, false)),
            List.of(Shape.of(steps, FEATURES)));
    // Small enough that no error grows without bound.
    Maths.scale(0.2f, all(trial.weights()), all(trial.weights()));
    float[][] data = trial.data(1);
    float[] actual = trial.score(data);
    double[][] outputs = reference(kind, Weights.of(trial, true), data[0], 0, steps, units, false);
    for (int step = 0; step < steps; step++) {
      assertClose(outputs[step], actual, step * units, 1e-5);
    }
  }

  private static Tensor all(float[] values) {
    return new Tensor(values, 0, Shape.of(values.length));
  }

  @ParameterizedTest
  @EnumSource
  void gradientsAreRight(Kind kind) {
    options()
        .forEach(
            options -> {
              NetworkTrial.of(kind.layer(options), List.of(RAGGED)).checkGradients(5);
              NetworkTrial.of(kind.layer(options), List.of(Shape.of(6, FEATURES)))
                  .checkGradients(2);
            });
  }

  @ParameterizedTest
  @EnumSource
  void gradientsAreRightWithDropout(Kind kind) {
    for (boolean sequences : new boolean[] {false, true}) {
      Options options = Options.DEFAULT.with(sequences, false).dropping(0.3, 0.4);
      NetworkTrial.of(kind.layer(options), List.of(RAGGED)).checkGradients(6);
    }
  }

  /** Without kinks, and such that the state does not explode. */
  private static Stream<ActivationFunction> smoothFunctions() {
    return Stream.of(ActivationFunction.values())
        .filter(function -> !function.toString().matches(".*relu.*|hard_.*|.*softmax|exponential"));
  }

  @ParameterizedTest
  @MethodSource("smoothFunctions")
  void gradientsAreRightForAnyActivation(ActivationFunction function) {
    for (Kind kind : Kind.values()) {
      for (Options options :
          List.of(
              Options.DEFAULT.activating(function, SIGMOID),
              Options.DEFAULT.activating(TANH, function))) {
        NetworkTrial trial = NetworkTrial.of(kind.layer(options), List.of(Shape.of(3, FEATURES)));
        Maths.scale(0.5f, all(trial.weights()), all(trial.weights()));
        trial.checkGradients(2);
      }
    }
  }

  /** The softmax of a gate is over its own units. */
  @ParameterizedTest
  @EnumSource
  void gradientsAreRightForSoftmax(Kind kind) {
    Options options =
        Options.DEFAULT.activating(ActivationFunction.SOFTMAX, ActivationFunction.SOFTMAX);
    NetworkTrial.of(kind.layer(options), List.of(RAGGED)).checkGradients(4);
  }

  @ParameterizedTest
  @EnumSource
  void rowsDoNotSeeTheirNeighbours(Kind kind) {
    options()
        .forEach(
            options -> {
              NetworkTrial trial = NetworkTrial.of(kind.layer(options), List.of(RAGGED));
              int rows = 7;
              float[][] data = trial.data(rows);
              float[] all = trial.score(data);
              int size = all.length / rows;
              for (int row = 0; row < rows; row++) {
                float[] alone = trial.scoreRows(data, row, row + 1);
                float[] beside = Arrays.copyOfRange(all, row * size, row * size + alone.length);
                assertArrayEquals(alone, beside, 1e-6f, "row " + row);
              }
            });
  }

  /** Marks the steps whose first element is 0 as not counting. */
  record Holes() implements Layer {
    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Inputs.one(inputs);
    }

    @Override
    public void forward(Pass pass) {
      Maths.copy(pass.input(), pass.output());
    }

    @Override
    public void backward(Pass pass) {
      Maths.copy(pass.outputGradient(), pass.inputGradient());
    }

    @Override
    public Mask outputMask(Pass pass) {
      Tensor x = pass.input();
      int steps = x.shape().extent(1);
      boolean[] counts = new boolean[pass.rows() * steps];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = x.data()[x.offset() + i * x.columns()] != 0;
      }
      return new Mask(steps, counts);
    }
  }

  @ParameterizedTest
  @EnumSource
  void stepsThatDoNotCountAreSkipped(Kind kind) {
    options()
        .forEach(
            options -> {
              Layer layer = kind.layer(options);
              NetworkTrial masked =
                  new NetworkTrial(
                      Graph.input("x", Shape.of(6, FEATURES))
                          .then("holes", new Holes())
                          .then("layer", layer)
                          .readable());
              NetworkTrial dense = NetworkTrial.of(layer, List.of(Shape.of(3, FEATURES)));
              float[] few = NetworkTrial.random(2 * 3 * FEATURES, 5);
              int[][] places = {{1, 2, 4}, {0, 3, 5}};
              float[] many = NetworkTrial.random(2 * 6 * FEATURES, 6);
              int width = options.returnSequences ? UNITS : 0;
              float[] manyGradient = new float[2 * (options.returnSequences ? 6 * UNITS : UNITS)];
              float[] fewGradient =
                  NetworkTrial.random(2 * (options.returnSequences ? 3 * UNITS : UNITS), 7);
              for (int i = 0; i < 12; i++) {
                many[i * FEATURES] = 0;
              }
              for (int row = 0; row < 2; row++) {
                for (int i = 0; i < 3; i++) {
                  int from = row * 3 + i;
                  int to = row * 6 + places[row][i];
                  System.arraycopy(few, from * FEATURES, many, to * FEATURES, FEATURES);
                  System.arraycopy(fewGradient, from * width, manyGradient, to * width, width);
                }
              }
              if (!options.returnSequences) {
                manyGradient = fewGradient;
              }
              NetworkTrial.Step a = dense.step(new float[][] {few}, fewGradient);
              NetworkTrial.Step b = masked.step(new float[][] {many}, manyGradient);
              assertArrayEquals(a.weights(), b.weights(), 1e-5f, "gradients of weights");
              float[] inputGradient = new float[many.length];
              for (int row = 0; row < 2; row++) {
                for (int i = 0; i < 3; i++) {
                  int from = row * 3 + i;
                  int to = row * 6 + places[row][i];
                  System.arraycopy(
                      a.inputs()[0], from * FEATURES, inputGradient, to * FEATURES, FEATURES);
                  if (options.returnSequences) {
                    assertArrayEquals(
                        Arrays.copyOfRange(a.output(), from * UNITS, (from + 1) * UNITS),
                        Arrays.copyOfRange(b.output(), to * UNITS, (to + 1) * UNITS),
                        1e-6f);
                  }
                }
              }
              assertArrayEquals(inputGradient, b.inputs()[0], 1e-6f, "gradient of the input");
              if (!options.returnSequences) {
                assertArrayEquals(a.output(), b.output(), 1e-6f);
              }
            });
  }

  @ParameterizedTest
  @EnumSource
  void aRowWithoutStepsGivesTheFirstState(Kind kind) {
    NetworkTrial trial = NetworkTrial.of(kind.layer(Options.DEFAULT), List.of(RAGGED));
    float[] output = trial.score(new float[][] {{1, 2, 3}}, new int[][] {{0, 1}});
    assertArrayEquals(new float[UNITS], Arrays.copyOf(output, UNITS));
    assertTrue(output[UNITS] != 0);
    NetworkTrial.Step step =
        trial.step(new float[][] {{}}, new int[][] {{0}}, NetworkTrial.random(UNITS, 1));
    assertArrayEquals(new float[UNITS], step.output());
    assertArrayEquals(new float[step.weights().length], step.weights());
    assertArrayEquals(new float[FEATURES], step.inputs()[0]);
  }

  /** The gradient by an input that is dropped is 0. */
  @ParameterizedTest
  @EnumSource
  void theSameInputsAreDroppedAtAllSteps(Kind kind) {
    int features = 50;
    int steps = 4;
    int rows = 3;
    Layer layer = kind.layer(Options.DEFAULT.dropping(0.4, 0));
    NetworkTrial trial = NetworkTrial.of(layer, List.of(Shape.of(steps, features)));
    NetworkTrial.Step step = trial.step(trial.data(rows), trial.outputGradient(rows));
    float[] gradient = step.inputs()[0];
    boolean[][] dropped = new boolean[rows][features];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < features; i++) {
        dropped[row][i] = gradient[row * steps * features + i] == 0;
        for (int t = 1; t < steps; t++) {
          assertEquals(dropped[row][i], gradient[(row * steps + t) * features + i] == 0);
        }
      }
    }
    int count = 0;
    for (boolean[] row : dropped) {
      for (boolean each : row) {
        count += each ? 1 : 0;
      }
    }
    assertEquals(0.4, count / (double) (rows * features), 0.15);
    assertTrue(!Arrays.equals(dropped[0], dropped[1]));
  }

  @ParameterizedTest
  @EnumSource
  void dropoutIsOffInScoringAndTheSameTwice(Kind kind) {
    NetworkTrial plain = NetworkTrial.of(kind.layer(Options.DEFAULT), List.of(RAGGED));
    float[][] data = plain.data(5);
    float[] expected = plain.score(data);
    for (double[] rates : new double[][] {{0.5, 0}, {0, 0.5}, {0.3, 0.6}}) {
      Layer layer = kind.layer(Options.DEFAULT.dropping(rates[0], rates[1]));
      NetworkTrial trial = NetworkTrial.of(layer, List.of(RAGGED));
      float[] trained = trial.train(data);
      assertTrue(!Arrays.equals(expected, trained));
      assertArrayEquals(expected, trial.score(data));
      assertArrayEquals(trained, trial.train(data));
      assertArrayEquals(trained, NetworkTrial.of(layer, List.of(RAGGED)).train(data));
    }
  }

  /** What is dropped from the state on average leaves it alone. */
  @ParameterizedTest
  @EnumSource
  void droppedElementsAreMadeUpFor(Kind kind) {
    int units = 600;
    Shape shape = Shape.of(2, FEATURES);
    Options plain = Options.DEFAULT;
    NetworkTrial exact = NetworkTrial.of(kind.layer(units, plain), List.of(shape));
    NetworkTrial dropping =
        NetworkTrial.of(kind.layer(units, plain.dropping(0, 0.3)), List.of(shape));
    for (NetworkTrial trial : List.of(exact, dropping)) {
      Maths.scale(0.05f, all(trial.weights()), all(trial.weights()));
    }
    float[] a = exact.train(exact.data(1));
    float[] b = dropping.train(exact.data(1));
    double distance = 0;
    for (int i = 0; i < units; i++) {
      distance += (a[i] - b[i]) * (a[i] - b[i]) / units;
    }
    assertTrue(distance > 0 && Math.sqrt(distance) < 0.1, "distance " + Math.sqrt(distance));
  }

  private static Bidirectional bidirectional(Kind kind, boolean sequences, MergeMode mode) {
    return new Bidirectional(
        kind.layer(Options.DEFAULT.with(sequences, false)),
        kind.layer(Options.DEFAULT.with(sequences, true)),
        mode);
  }

  @ParameterizedTest
  @EnumSource
  void bothDirectionsAreJoined(Kind kind) {
    int rows = 5;
    for (boolean sequences : new boolean[] {false, true}) {
      NetworkTrial both =
          NetworkTrial.of(bidirectional(kind, sequences, MergeMode.CONCAT), List.of(RAGGED));
      float[][] data = both.data(rows);
      float[] joined = both.score(data);
      float[] first = score(both, "forward", kind, sequences, data);
      float[] second = score(both, "backward", kind, sequences, data);
      for (int i = 0; i < first.length; i++) {
        int at = i / UNITS * 2 * UNITS + i % UNITS;
        assertEquals(first[i], joined[at], 1e-6f);
        assertEquals(second[i], joined[at + UNITS], 1e-6f);
      }
      for (MergeMode mode : List.of(MergeMode.SUM, MergeMode.MUL, MergeMode.AVE)) {
        float[] actual =
            NetworkTrial.of(bidirectional(kind, sequences, mode), List.of(RAGGED)).score(data);
        for (int i = 0; i < first.length; i++) {
          float expected =
              switch (mode) {
                case MUL -> first[i] * second[i];
                case AVE -> (first[i] + second[i]) / 2;
                default -> first[i] + second[i];
              };
          assertEquals(expected, actual[i], 1e-6f, mode + " at " + i);
        }
      }
    }
  }

  /** What one direction's layer computes by itself with its weights in the pair. */
  private static float[] score(
      NetworkTrial both, String part, Kind kind, boolean sequences, float[][] data) {
    Layer layer = kind.layer(Options.DEFAULT.with(sequences, part.equals("backward")));
    NetworkTrial alone = NetworkTrial.of(layer, List.of(RAGGED));
    for (Slot slot : both.network().slots()) {
      if (slot.name().contains("/" + part + "/")) {
        Maths.copy(slot.in(both.weights()), alone.weight(slot.weight().name(), alone.weights()));
      }
    }
    return alone.score(data);
  }

  @Test
  void gradientsAreRightInBothDirections() {
    for (Kind kind : Kind.values()) {
      for (boolean sequences : new boolean[] {false, true}) {
        NetworkTrial.of(bidirectional(kind, sequences, MergeMode.CONCAT), List.of(RAGGED))
            .checkGradients(4);
      }
    }
  }

  @Test
  void theForgetGateStartsOpen() {
    float[] zeros = firstBias(true, Initializer.ZEROS);
    float[] halves = firstBias(true, Initializer.constant(0.5));
    for (int i = 0; i < 4 * UNITS; i++) {
      boolean forgets = i / UNITS == 1;
      assertEquals(forgets ? 1 : 0, zeros[i]);
      assertEquals(forgets ? 1 : 0.5f, halves[i]);
    }
    assertArrayEquals(new float[4 * UNITS], firstBias(false, Initializer.ZEROS));
  }

  private static float[] firstBias(boolean unitForgetBias, Initializer initializer) {
    LSTM layer =
        new LSTM(
            UNITS,
            TANH,
            SIGMOID,
            true,
            unitForgetBias,
            false,
            false,
            0,
            0,
            Initializer.GLOROT_UNIFORM,
            Initializer.ORTHOGONAL,
            initializer);
    NetworkTrial trial = NetworkTrial.of(layer, List.of(RAGGED));
    Tensor bias = trial.weight("bias", trial.network().initialWeights(3));
    return Arrays.copyOfRange(bias.data(), bias.offset(), bias.offset() + bias.size());
  }

  @Test
  void wrongConfigurationIsOneSentence() {
    assertEquals(
        "units must be at least 1; received 0", refusal(() -> Kind.LSTM.layer(0, Options.DEFAULT)));
    assertEquals(
        "dropout must be in [0, 1); received 1.0",
        refusal(() -> Kind.GRU_RESET_AFTER.layer(Options.DEFAULT.dropping(1, 0))));
    assertEquals(
        "recurrentDropout must be in [0, 1); received -0.1",
        refusal(() -> Kind.SIMPLE.layer(Options.DEFAULT.dropping(0, -0.1))));
    assertEquals(
        "expects input of shape (steps, features); received (5): put a Reshape before it",
        refusal(() -> Kind.LSTM.layer(Options.DEFAULT).outputShape(List.of(Shape.of(5)))));
  }

  private static String refusal(Executable work) {
    return assertThrows(IllegalArgumentException.class, work).getMessage();
  }

  @Test
  void shapesAreCarriedAlong() {
    for (Kind kind : Kind.values()) {
      Layer last = kind.layer(Options.DEFAULT);
      Layer all = kind.layer(Options.DEFAULT.with(true, false));
      for (int steps : new int[] {7, Shape.UNKNOWN, Shape.RAGGED}) {
        List<Shape> inputs = List.of(Shape.of(steps, FEATURES));
        assertEquals(Shape.of(UNITS), last.outputShape(inputs));
        assertEquals(Shape.of(steps, UNITS), all.outputShape(inputs));
      }
    }
  }
}
