package io.sparknn.layer;

import static io.sparknn.activation.ActivationFunction.GELU_TANH;
import static io.sparknn.init.Initializer.GLOROT_UNIFORM;
import static io.sparknn.init.Initializer.ZEROS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.attention.MultiHeadAttention;
import io.sparknn.layer.block.TransformerDecoder;
import io.sparknn.layer.block.TransformerEncoder;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.norm.LayerNormalization;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transformer stacks against their parts in a row. */
class TransformerTest {
  private static final Shape STEPS = Shape.of(Shape.RAGGED, 6);
  private static final Layer NORM = new LayerNormalization(1e-5, true, true);

  private static TransformerEncoder encoder(double dropout, boolean normFirst) {
    return new TransformerEncoder(
        1, 3, 0, 5, GELU_TANH, dropout, normFirst, false, false, true, 1e-5, GLOROT_UNIFORM, ZEROS);
  }

  private static TransformerDecoder decoder(boolean normFirst) {
    return new TransformerDecoder(
        1, 3, 1, 5, GELU_TANH, 0, normFirst, true, true, false, 1e-5, GLOROT_UNIFORM, ZEROS);
  }

  private static Layer attention(int keyValueHeads, boolean causal, boolean rotary) {
    return new MultiHeadAttention(
        3, keyValueHeads, 2, 0, 0, true, causal, 0, rotary, GLOROT_UNIFORM, ZEROS);
  }

  /** A part that one more graph may read, with its shortcut and normalisation. */
  private interface Part {
    Graph of(Graph x);
  }

  private static Graph residual(String name, Graph x, boolean normFirst, Part part) {
    Graph y = part.of(normFirst ? x.then(name + "_norm", NORM) : x);
    Graph sum = Graph.join(name + "_add", new Add(), List.of(x, y));
    return normFirst ? sum : sum.then(name + "_norm", NORM);
  }

  private static Graph feedForward(Graph x) {
    return x.then("hidden", new Dense(5, GELU_TANH))
        .then("output", new Dense(6, ActivationFunction.LINEAR));
  }

  /** Both networks have the same weights in the same order, so one array serves both. */
  private static void assertEqual(NetworkTrial expected, NetworkTrial actual) {
    System.arraycopy(expected.weights(), 0, actual.weights(), 0, actual.weights().length);
    float[][] data = expected.data(4);
    float[] gradient = expected.outputGradient(4);
    assertArrayEquals(expected.score(data), actual.score(data));
    NetworkTrial.Step wanted = expected.step(data, gradient);
    NetworkTrial.Step step = actual.step(data, gradient);
    assertArrayEquals(wanted.output(), step.output());
    assertArrayEquals(wanted.inputs(), step.inputs());
    assertArrayEquals(wanted.weights(), step.weights());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void encoderEqualsItsParts(boolean normFirst) {
    Graph x = Graph.input("x", STEPS);
    Graph y = residual("a", x, normFirst, z -> z.then("attention", attention(0, false, false)));
    Graph parts = residual("f", y, normFirst, TransformerTest::feedForward).then("norm", NORM);
    assertEqual(
        new NetworkTrial(parts.readable()), NetworkTrial.of(encoder(0, normFirst), List.of(STEPS)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void decoderEqualsItsParts(boolean normFirst) {
    Graph x = Graph.input("x", STEPS);
    Shape other = Shape.of(3, 4);
    Graph encoded = Graph.input("encoded", other);
    Graph y = residual("a", x, normFirst, z -> z.then("attention", attention(1, true, true)));
    Graph parts =
        residual(
            "c",
            y,
            normFirst,
            z -> Graph.join("cross", attention(1, false, false), List.of(z, encoded)));
    parts = residual("f", parts, normFirst, TransformerTest::feedForward);
    assertEqual(
        new NetworkTrial(parts.readable()),
        NetworkTrial.of(decoder(normFirst), List.of(STEPS, other)));
  }

  @Test
  void weightsAreNamedByTheirPart() {
    NetworkTrial trial = NetworkTrial.of(encoder(0.1, false), List.of(STEPS));
    List<String> names = trial.network().slots().stream().map(slot -> slot.name()).toList();
    assertEquals("transformerencoder/0/attention/query_kernel", names.get(0));
    assertEquals("transformerencoder/norm/beta", names.get(names.size() - 1));
    assertEquals(8 + 2 + 2 + 2 + 2 + 2, names.size());
  }

  @Test
  void dropoutDoesNotDependOnPaddingOrTheRowsBeside() {
    NetworkTrial trial = NetworkTrial.of(encoder(0.3, true), List.of(STEPS));
    float[][] all = trial.data(4);
    float[][] first = trial.rows(all, 0, 1);
    float[] alone = trial.train(first);
    assertArrayEquals(alone, Arrays.copyOf(trial.train(all), alone.length), 1e-5f);
    assertFalse(Arrays.equals(alone, trial.score(first)));
  }

  @Test
  void refusesFeaturesThatHeadsCannotShare() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> encoder(0, false).outputShape(List.of(Shape.of(4, 7))))
            .getMessage();
    assertEquals(
        "expects features that 3 heads share evenly; received (4, 7): set"
            + " another number of heads",
        message);
  }
}
