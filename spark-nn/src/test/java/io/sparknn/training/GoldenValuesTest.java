package io.sparknn.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.Network.Slot;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.Layer;
import io.sparknn.loss.ClassificationLoss;
import io.sparknn.loss.Loss;
import io.sparknn.loss.RegressionLoss;
import io.sparknn.optim.Hyperparameters;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.Schedule;
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
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Layers, losses, solvers and schedules against what PyTorch computes: see {@code
 * scripts/golden-values}.
 */
class GoldenValuesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Single layers, whose rounding errors are small beside a tenth of the greatest value. */
  private static final List<String> LAYERS =
      List.of(
          "core",
          "convolution",
          "pooling",
          "normalisation",
          "recurrent",
          "embedding",
          "attention",
          "merge");

  /** Stacks of layers, where rounding adds up; so it does in PyTorch in single precision. */
  private static final List<String> STACKS = List.of("transformer", "residual");

  private static final double SHARE = 0.1;
  private static final double SHARE_OF_STACKS = 0.5;
  private static final double ZERO = 5e-6;

  private static Stream<DynamicTest> each(String file, Consumer<JsonNode> test) {
    try (InputStream in =
        GoldenValuesTest.class.getResourceAsStream("/golden/%s.json".formatted(file))) {
      return MAPPER
          .readTree(in)
          .get("cases")
          .valueStream()
          .map(golden -> dynamicTest(golden.get("name").asText(), () -> test.accept(golden)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int[] ints(JsonNode array) {
    return MAPPER.convertValue(array, int[].class);
  }

  /** The numbers of an array; NaN for null, which stands at the steps that do not count. */
  private static DoubleStream doubles(JsonNode array) {
    return array.valueStream().mapToDouble(value -> value.asDouble(Double.NaN));
  }

  /** The numbers of an array that count. */
  private static float[] floats(JsonNode array) {
    double[] numbers = doubles(array).filter(value -> !Double.isNaN(value)).toArray();
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /**
   * Allows an error of 1e-5 of the expected value, or of a share of the greatest; and {@link #ZERO}
   * where all are 0, as is the gradient of keys' bias, which softmax cancels.
   */
  private static void assertClose(JsonNode golden, float[] actual, double share, String what) {
    double[] expected = doubles(golden).toArray();
    assertEquals(expected.length, actual.length, what);
    double greatest =
        doubles(golden).filter(value -> !Double.isNaN(value)).map(Math::abs).max().orElseThrow();
    double floor = greatest == 0 ? ZERO : 1e-5 * share * greatest;
    for (int i = 0; i < expected.length; i++) {
      if (!Double.isNaN(expected[i])) {
        double tolerance = Math.max(1e-5 * Math.abs(expected[i]), floor);
        assertEquals(expected[i], actual[i], tolerance, what + " at " + i);
      }
    }
  }

  @TestFactory
  Stream<DynamicContainer> layers() {
    return Stream.concat(
        LAYERS.stream().map(family -> family(family, SHARE)),
        STACKS.stream().map(family -> family(family, SHARE_OF_STACKS)));
  }

  private static DynamicContainer family(String family, double share) {
    return dynamicContainer(family, each(family, golden -> checkLayer(golden, share)));
  }

  private static void checkLayer(JsonNode golden, double share) {
    List<JsonNode> inputs = golden.get("inputs").valueStream().toList();
    NetworkTrial trial =
        NetworkTrial.of(
            GraphJson.read(golden.get("layer").toString(), Layer.class),
            inputs.stream().map(input -> Shape.of(ints(input.get("shape")))).toList());
    for (Map.Entry<String, JsonNode> weight : golden.get("weights").properties()) {
      Tensor place = slot(trial, weight.getKey()).in(trial.weights());
      float[] values = floats(weight.getValue().get("values"));
      assertEquals(place.size(), values.length, weight.getKey());
      System.arraycopy(values, 0, place.data(), place.offset(), place.size());
    }
    NetworkTrial.Step step =
        trial.step(
            inputs.stream().map(input -> floats(input.get("values"))).toArray(float[][]::new),
            inputs.stream().map(input -> ints(input.get("lengths"))).toArray(int[][]::new),
            floats(golden.at("/output/gradient")));
    assertClose(golden.at("/output/values"), step.output(), share, "output");
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).has("gradient")) {
        String what = "gradient of input " + i;
        assertClose(inputs.get(i).get("gradient"), step.inputs()[i], share, what);
      }
    }
    for (Map.Entry<String, JsonNode> weight : golden.get("weights").properties()) {
      Tensor place = slot(trial, weight.getKey()).in(step.weights());
      int end = place.offset() + place.size();
      assertClose(
          weight.getValue().get("gradient"),
          Arrays.copyOfRange(place.data(), place.offset(), end),
          share,
          "gradient of " + weight.getKey());
    }
  }

  /** A weight by its name within the layer, as in {@code 0/attention/query_kernel}. */
  private static Slot slot(NetworkTrial trial, String name) {
    List<Slot> slots = trial.network().slots();
    return slots.stream()
        .filter(slot -> slot.name().substring(slot.name().indexOf('/') + 1).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is none of " + slots));
  }

  @TestFactory
  Stream<DynamicTest> losses() {
    return each("losses", GoldenValuesTest::checkLoss);
  }

  private static void checkLoss(JsonNode golden) {
    Loss loss = loss(golden);
    float[] weights = floats(golden.get("weights"));
    Shape shape = Shape.of(weights.length, golden.get("outputs").asInt());
    Tensor output = new Tensor(floats(golden.get("output")), 0, shape);
    Tensor gradient = Tensor.zeros(shape.extents());
    double value = loss.evaluate(output, floats(golden.get("labels")), weights, gradient).loss();
    assertEquals(golden.get("value").asDouble(), value, 1e-5 * value);
    assertClose(golden.get("gradient"), gradient.data(), SHARE, "gradient");
  }

  private static Loss loss(JsonNode golden) {
    String name = golden.get("loss").asText().toUpperCase(Locale.ROOT);
    if (Stream.of(RegressionLoss.values()).anyMatch(loss -> loss.name().equals(name))) {
      return RegressionLoss.valueOf(name)
          .create(golden.path("huberDelta").asDouble(1), golden.path("quantile").asDouble(0.5));
    }
    return ClassificationLoss.valueOf(name)
        .create(
            golden.path("labelSmoothing").asDouble(),
            doubles(golden.path("classWeights")).boxed().toList(),
            golden.path("focalGamma").asDouble());
  }

  @TestFactory
  Stream<DynamicTest> solvers() {
    return each("solvers", GoldenValuesTest::checkSolver);
  }

  private static void checkSolver(JsonNode golden) {
    Solver solver = Solver.valueOf(golden.get("name").asText().toUpperCase(Locale.ROOT));
    Optimizer optimizer = solver.create(hyperparameters(solver.defaults(), golden));
    float[] weights = floats(golden.get("start"));
    for (int step = 0; step < golden.get("gradients").size(); step++) {
      double loss = golden.at("/losses/" + step).asDouble();
      optimizer.begin(ints(golden.get("ends")), golden.get("stepSize").asDouble(), loss);
      float[] gradient = floats(golden.get("gradients").get(step));
      optimizer.update(weights, 0, weights.length, gradient, 0, 1);
      optimizer.end(weights);
    }
    assertClose(golden.get("end"), weights, SHARE, "weights");
  }

  @TestFactory
  Stream<DynamicTest> schedules() {
    return each("schedules", GoldenValuesTest::checkSchedule);
  }

  private static void checkSchedule(JsonNode golden) {
    Schedule schedule =
        Schedule.parse(golden.get("name").asText())
            .withWarmup(golden.get("warmupEpochs").asDouble());
    double[] factors = doubles(golden.get("factors")).toArray();
    double[] losses = doubles(golden.get("losses")).toArray();
    for (int epoch = 0; epoch < factors.length; epoch++) {
      double factor = schedule.factor(epoch, factors.length - 1);
      assertEquals(factors[epoch], factor, 1e-9, "epoch " + epoch);
      if (epoch < losses.length) {
        schedule.onEpoch(losses[epoch]);
      }
    }
  }

  private static Hyperparameters hyperparameters(Hyperparameters defaults, JsonNode golden) {
    return new Hyperparameters(
        golden.path("momentum").asDouble(defaults.momentum()),
        golden.path("beta1").asDouble(defaults.beta1()),
        golden.path("beta2").asDouble(defaults.beta2()),
        golden.path("rho").asDouble(defaults.rho()),
        golden.path("epsilon").asDouble(defaults.epsilon()),
        golden.path("weightDecay").asDouble(defaults.weightDecay()));
  }
}
