package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.Layer;
import io.sparknn.loss.Loss;
import io.sparknn.loss.Regression;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.Solver;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Layers, losses and solvers against what PyTorch computes: see {@code scripts/golden-values}. */
class GoldenValuesTest {
  private static final JsonNode VALUES = load();

  private static JsonNode load() {
    try (InputStream in = GoldenValuesTest.class.getResourceAsStream("/golden/values.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<DynamicTest> each(String kind, String name, Consumer<JsonNode> test) {
    return StreamSupport.stream(VALUES.get(kind).spliterator(), false)
        .map(golden -> dynamicTest(golden.get(name).asText(), () -> test.accept(golden)));
  }

  private static double[] doubles(JsonNode array) {
    return new ObjectMapper().convertValue(array, double[].class);
  }

  private static float[] floats(JsonNode array) {
    return new ObjectMapper().convertValue(array, float[].class);
  }

  /** Allows an error of 1e-5 of the expected value, or of a tenth of the greatest. */
  private static void assertClose(JsonNode golden, float[] actual, String what) {
    double[] expected = doubles(golden);
    assertEquals(expected.length, actual.length, what);
    double greatest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      double tolerance = 1e-5 * Math.max(Math.abs(expected[i]), greatest / 10);
      assertEquals(expected[i], actual[i], tolerance, what + " at " + i);
    }
  }

  @TestFactory
  Stream<DynamicTest> layers() {
    return each("layers", "name", GoldenValuesTest::checkLayer);
  }

  private static void checkLayer(JsonNode golden) {
    Layer layer = GraphJson.read(golden.get("layer").toString(), Layer.class);
    Shape shape = Shape.of(new ObjectMapper().convertValue(golden.get("shape"), int[].class));
    NetworkTrial trial = NetworkTrial.of(layer, List.of(shape));
    for (Map.Entry<String, JsonNode> weight : golden.get("weights").properties()) {
      Tensor place = trial.weight(weight.getKey(), trial.weights());
      System.arraycopy(floats(weight.getValue()), 0, place.data(), place.offset(), place.size());
    }
    NetworkTrial.Step step =
        trial.step(
            new float[][] {floats(golden.get("input"))}, floats(golden.get("outputGradient")));
    assertClose(golden.get("output"), step.output(), "output");
    assertClose(golden.get("inputGradient"), step.inputs()[0], "gradient of the input");
    for (Map.Entry<String, JsonNode> weight : golden.get("weightGradients").properties()) {
      Tensor place = trial.weight(weight.getKey(), step.weights());
      int end = place.offset() + place.size();
      assertClose(
          weight.getValue(),
          Arrays.copyOfRange(place.data(), place.offset(), end),
          "gradient of " + weight.getKey());
    }
  }

  @TestFactory
  Stream<DynamicTest> losses() {
    return each("losses", "loss", GoldenValuesTest::checkLoss);
  }

  private static void checkLoss(JsonNode golden) {
    String name = golden.get("loss").asText();
    Loss loss =
        name.equals("softmax_cross_entropy")
            ? new SoftmaxCrossEntropy()
            : Regression.valueOf(name.toUpperCase(Locale.ROOT));
    float[] weights = floats(golden.get("weights"));
    Shape shape = Shape.of(weights.length, golden.get("outputs").asInt());
    Tensor output = new Tensor(floats(golden.get("output")), 0, shape);
    Tensor gradient = Tensor.zeros(shape.extents());
    double value = loss.evaluate(output, floats(golden.get("labels")), weights, gradient).loss();
    assertEquals(golden.get("value").asDouble(), value, 1e-5 * value);
    assertClose(golden.get("gradient"), gradient.data(), "gradient");
  }

  @TestFactory
  Stream<DynamicTest> solvers() {
    return each("solvers", "solver", GoldenValuesTest::checkSolver);
  }

  private static void checkSolver(JsonNode golden) {
    Optimizer optimizer =
        Solver.valueOf(golden.get("solver").asText().toUpperCase(Locale.ROOT))
            .create(golden.get("momentum").asDouble());
    float[] weights = floats(golden.get("start"));
    for (JsonNode gradient : golden.get("gradients")) {
      optimizer.step(weights, floats(gradient), weights.length, golden.get("stepSize").asDouble());
    }
    assertClose(golden.get("end"), weights, "weights");
  }
}
