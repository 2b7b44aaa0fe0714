package io.sparknn.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sparknn.onnx.OnnxModel.Node;
import io.sparknn.onnx.OnnxModel.Value;
import io.sparknn.onnx.OnnxReport.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The tests of the ONNX project (see {@code scripts/fetch-onnx-tests}), computed by our layers. A
 * test that asks for what these do not have is not applicable, and says why: that is known from its
 * model, never from what comes out. Outputs that our layers do not have are left out, and named.
 * The table of all is in {@code target/onnx-report.txt}.
 */
@Tag("onnx")
class OnnxTest {
  private static final Path FOLDER = Path.of("../data/onnx");
  private static final Path REPORT_FILE = Path.of("target/onnx-report.txt");
  private static final OnnxReport REPORT = new OnnxReport();

  @TestFactory
  Stream<DynamicContainer> tests() {
    assertTrue(
        Files.isDirectory(FOLDER),
        "the tests of ONNX are not in data/onnx: run scripts/fetch-onnx-tests first");
    return folders(FOLDER)
        .map(family -> dynamicContainer(name(family), folders(family).map(OnnxTest::test)));
  }

  private static Stream<Path> folders(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(Files::isDirectory).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private static DynamicTest test(Path folder) {
    return dynamicTest(name(folder), () -> check(folder));
  }

  @AfterAll
  static void report() throws IOException {
    Files.createDirectories(REPORT_FILE.getParent());
    Files.writeString(REPORT_FILE, REPORT.toString());
    System.out.println(REPORT);
  }

  private static void check(Path folder) {
    OnnxModel model = OnnxModel.read(folder.resolve("model.onnx"));
    List<String> operators =
        model.nodes().stream()
            .map(Node::operator)
            .filter(operator -> !Operator.MOVES.containsKey(operator))
            .distinct()
            .toList();
    boolean covered = !operators.isEmpty() && Operator.LAYERS.keySet().containsAll(operators);
    String name = String.join(", ", operators);
    try {
      checkCovered(model, operators);
      String left = run(model, folder.resolve("test_data_set_0"));
      REPORT.add(name, covered, Result.PASSED, left);
    } catch (NotApplicable e) {
      REPORT.add(name, covered, Result.NOT_APPLICABLE, e.getMessage());
      Assumptions.abort(e.getMessage());
    } catch (RuntimeException | AssertionError e) {
      REPORT.add(name, covered, Result.FAILED, "failed: " + name(folder));
      throw e;
    }
  }

  private static void checkCovered(OnnxModel model, List<String> operators) {
    for (String operator : operators) {
      NotApplicable.unless(
          Operator.LAYERS.containsKey(operator), "no layer for operator " + operator);
    }
    NotApplicable.unless(!operators.isEmpty(), "nothing to compute, only data to move");
    String type = model.outputs().get(0).type();
    NotApplicable.unless(type.equals("float"), "data of type " + type);
  }

  /** Checks the outputs, and says which of them our layers do not have. */
  private static String run(OnnxModel model, Path data) {
    Map<String, OnnxTensor> values = new HashMap<>(model.initializers());
    List<Value> inputs =
        model.inputs().stream().filter(input -> !values.containsKey(input.name())).toList();
    for (int i = 0; i < inputs.size(); i++) {
      OnnxTensor input =
          OnnxTensor.read(data.resolve(String.format(Locale.ROOT, "input_%d.pb", i)));
      NotApplicable.unless(input.size() > 0, "data without elements");
      values.put(inputs.get(i).name(), input);
    }
    for (Node node : model.nodes()) {
      compute(node, values);
    }
    List<String> left = new ArrayList<>();
    for (int i = 0; i < model.outputs().size(); i++) {
      String name = model.outputs().get(i).name();
      OnnxTensor actual = values.get(name);
      if (actual == null) {
        left.add(name);
      } else {
        assertClose(
            OnnxTensor.read(data.resolve(String.format(Locale.ROOT, "output_%d.pb", i))),
            actual,
            name);
      }
    }
    assertTrue(left.size() < model.outputs().size(), "no output was computed");
    return left.isEmpty() ? "" : "without output " + String.join(", ", left);
  }

  private static void compute(Node node, Map<String, OnnxTensor> values) {
    List<OnnxTensor> inputs = new ArrayList<>();
    for (String name : node.inputs()) {
      assertTrue(name.isEmpty() || values.containsKey(name), name);
      inputs.add(values.get(name));
    }
    Map<String, Operator> operators =
        Operator.MOVES.containsKey(node.operator()) ? Operator.MOVES : Operator.LAYERS;
    Call call = new Call(node, inputs);
    List<OnnxTensor> outputs = operators.get(node.operator()).outputs(call);
    for (int i = 0; i < outputs.size(); i++) {
      if (call.wants(i)) {
        values.put(node.outputs().get(i), outputs.get(i));
      }
    }
  }

  /** Allows an error of 1e-5 of the expected value, or of a tenth of the greatest. */
  private static void assertClose(OnnxTensor expected, OnnxTensor actual, String what) {
    assertArrayEquals(expected.shape(), actual.shape(), "shape of " + what);
    double greatest = DoubleStream.of(expected.values()).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.size(); i++) {
      double value = expected.values()[i];
      double tolerance = 1e-5 * Math.max(Math.abs(value), greatest / 10);
      assertEquals(value, actual.values()[i], Math.max(tolerance, 1e-30), what + " at " + i);
    }
  }
}
