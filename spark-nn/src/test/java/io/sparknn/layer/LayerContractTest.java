package io.sparknn.layer;

import static io.sparknn.activation.ActivationFunction.GELU_TANH;
import static io.sparknn.activation.ActivationFunction.LINEAR;
import static io.sparknn.activation.ActivationFunction.SILU;
import static io.sparknn.activation.ActivationFunction.TANH;
import static io.sparknn.init.Initializer.GLOROT_UNIFORM;
import static io.sparknn.init.Initializer.HE_NORMAL;
import static io.sparknn.init.Initializer.ONES;
import static io.sparknn.init.Initializer.ZEROS;
import static io.sparknn.layer.Padding.SAME;
import static io.sparknn.layer.Padding.VALID;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.conv.Conv2D;
import io.sparknn.layer.core.Activation;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Dropout;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.norm.BatchNormalization;
import io.sparknn.layer.pool.AveragePooling2D;
import io.sparknn.layer.pool.MaxPooling2D;
import io.sparknn.ml.LayerStage;
import io.sparknn.ml.StageLayers;
import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every layer must do. A new layer is one more line in {@link #CASES}. */
class LayerContractTest {

  private static final Shape IMAGE = Shape.of(5, 6, 2);
  private static final int ROWS = 4;

  private static final List<LayerCase> CASES = new ArrayList<>();

  static {
    // The first line of each stage sets only what has no default.
    layerCase(
        new io.sparknn.ml.layer.Dense().setUnits(3),
        new Dense(3, LINEAR, true, GLOROT_UNIFORM, ZEROS),
        Shape.of(5));
    layerCase(
        new io.sparknn.ml.layer.Dense()
            .setUnits(3)
            .setActivation("tanh")
            .setUseBias(false)
            .setKernelInitializer("he_normal"),
        new Dense(3, TANH, false, HE_NORMAL, ZEROS),
        Shape.of(4, 5));
    layerCase(new io.sparknn.ml.layer.Flatten(), new Flatten(), IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Reshape().setTargetShape(3, -1, 2),
        new Reshape(Shape.of(3, -1, 2)),
        Shape.of(4, 6));
    layerCase(new io.sparknn.ml.layer.Dropout(), new Dropout(0.5), Shape.of(20));
    layerCase(new io.sparknn.ml.layer.Dropout().setRate(0.1), new Dropout(0.1), IMAGE);
    layerCase(new io.sparknn.ml.layer.Dropout().setRate(0), new Dropout(0), Shape.of(3));
    layerCase(
        new io.sparknn.ml.layer.BatchNormalization(),
        new BatchNormalization(0.99, 1e-3),
        Shape.of(4));
    layerCase(
        new io.sparknn.ml.layer.BatchNormalization().setMomentum(0.5).setEpsilon(0.1),
        new BatchNormalization(0.5, 0.1),
        Shape.of(2, 3, 4));
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(3),
        conv(3, new Window(3, 1, 1, VALID), new Window(3, 1, 1, VALID), LINEAR),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(3).setPadding("same").setActivation("silu"),
        conv(3, new Window(3, 1, 1, SAME), new Window(3, 1, 1, SAME), SILU),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D()
            .setFilters(2)
            .setKernelSize(2, 3)
            .setStrides(1, 2)
            .setActivation("tanh"),
        conv(2, new Window(2, 1, 1, VALID), new Window(3, 2, 1, VALID), TANH),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D()
            .setFilters(2)
            .setKernelSize(4)
            .setStrides(2)
            .setPadding("same"),
        conv(2, new Window(4, 2, 1, SAME), new Window(4, 2, 1, SAME), LINEAR),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(2).setDilationRate(2, 1).setPadding("same"),
        conv(2, new Window(3, 1, 2, SAME), new Window(3, 1, 1, SAME), LINEAR),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D().setFilters(3).setKernelSize(1).setActivation("gelu_tanh"),
        conv(3, new Window(1, 1, 1, VALID), new Window(1, 1, 1, VALID), GELU_TANH),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.Conv2D()
            .setFilters(2)
            .setKernelSize(1)
            .setStrides(2)
            .setUseBias(false)
            .setBiasInitializer("ones"),
        new Conv2D(
            2,
            new Window(1, 2, 1, VALID),
            new Window(1, 2, 1, VALID),
            LINEAR,
            false,
            GLOROT_UNIFORM,
            ONES),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling2D(),
        new MaxPooling2D(new Window(2, 2, 1, VALID), new Window(2, 2, 1, VALID)),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.MaxPooling2D().setPoolSize(3).setStrides(2, 1).setPadding("same"),
        new MaxPooling2D(new Window(3, 2, 1, SAME), new Window(3, 1, 1, SAME)),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling2D(),
        new AveragePooling2D(new Window(2, 2, 1, VALID), new Window(2, 2, 1, VALID)),
        IMAGE);
    layerCase(
        new io.sparknn.ml.layer.AveragePooling2D()
            .setPoolSize(3, 2)
            .setStrides(1)
            .setPadding("same"),
        new AveragePooling2D(new Window(3, 1, 1, SAME), new Window(2, 1, 1, SAME)),
        IMAGE);
    layerCase(new io.sparknn.ml.layer.Add(), new Add(), Shape.of(5), Shape.of(5));
    layerCase(new io.sparknn.ml.layer.Add(), new Add(), IMAGE, IMAGE, IMAGE);
    for (ActivationFunction function : ActivationFunction.values()) {
      layerCase(
          new io.sparknn.ml.layer.Activation().setActivation(function.toString()),
          new Activation(function),
          Shape.of(3, 5));
      layerCase(
          new io.sparknn.ml.layer.Dense().setUnits(3).setActivation(function.toString()),
          new Dense(3, function),
          Shape.of(5));
    }
  }

  private record LayerCase(LayerStage<?> stage, Layer layer, List<Shape> inputs) {
    NetworkTrial trial() {
      return NetworkTrial.of(layer, inputs);
    }
  }

  private static void layerCase(LayerStage<?> stage, Layer layer, Shape... inputs) {
    CASES.add(new LayerCase(stage, layer, List.of(inputs)));
  }

  private static Conv2D conv(int filters, Window height, Window width, ActivationFunction end) {
    return new Conv2D(filters, height, width, end, true, GLOROT_UNIFORM, ZEROS);
  }

  @TestFactory
  Stream<DynamicContainer> everyLayer() {
    return CASES.stream()
        .map(
            each ->
                dynamicContainer(
                    each.layer + " of " + each.inputs,
                    Stream.of(
                        dynamicTest("is what its stage describes", () -> matchesStage(each)),
                        dynamicTest("infers the shape of its output", () -> infersShape(each)),
                        dynamicTest("has right gradients", () -> each.trial().checkGradients(ROWS)),
                        dynamicTest("adds to gradients of weights", () -> addsGradients(each)),
                        dynamicTest("survives JSON", () -> survivesJson(each)),
                        dynamicTest("computes the same twice", () -> isDeterministic(each)),
                        dynamicTest("keeps nothing of other batches", () -> keepsNothing(each)),
                        dynamicTest("scores each row alone", () -> scoresRowsAlone(each)),
                        dynamicTest("refuses a wrong number of inputs", () -> checksNumber(each)),
                        dynamicTest("refuses a wrong rank", () -> checksRank(each)))));
  }

  @Test
  void noLayerIsForgotten() {
    assertEquals(
        classesOf("io.sparknn.ml.layer", LayerStage.class),
        classes(CASES.stream().map(LayerCase::stage)),
        "stages");
    assertEquals(
        classesOf("io.sparknn.layer", Layer.class),
        classes(CASES.stream().map(LayerCase::layer)),
        "layers");
  }

  private static Set<String> classesOf(String location, Class<?> type) {
    return new ClassFileImporter()
        .withImportOption(new DoNotIncludeTests()).importPackages(location).stream()
            .filter(found -> found.isAssignableTo(type))
            .filter(found -> !found.getModifiers().contains(JavaModifier.ABSTRACT))
            .map(JavaClass::getName)
            .collect(Collectors.toSet());
  }

  private static Set<String> classes(Stream<?> objects) {
    return objects.map(object -> object.getClass().getName()).collect(Collectors.toSet());
  }

  private static void matchesStage(LayerCase each) {
    assertEquals(each.layer, StageLayers.of(each.stage));
  }

  private static void infersShape(LayerCase each) {
    NetworkTrial trial = each.trial();
    Shape inferred = each.layer.outputShape(each.inputs);
    assertEquals(inferred.size() * ROWS, trial.train(trial.data(ROWS)).length);
    assertEquals(inferred, trial.network().outputShape());
    for (int axis = 0; axis < each.inputs.get(0).rank(); axis++) {
      Shape partly = each.inputs.get(0).with(axis, Shape.UNKNOWN);
      List<Shape> inputs = Collections.nCopies(each.inputs.size(), partly);
      Shape shape = each.layer.outputShape(inputs);
      assertTrue(shape.isCompatible(inferred), inputs + " gives " + shape);
    }
  }

  private static void addsGradients(LayerCase each) {
    NetworkTrial trial = each.trial();
    float[][] data = trial.data(ROWS);
    float[] gradient = trial.outputGradient(ROWS);
    float[] once = trial.step(data, gradient).weights();
    float[] sum = new float[once.length];
    Arrays.fill(sum, 3);
    trial.addGradient(data, gradient, sum);
    for (int i = 0; i < sum.length; i++) {
      assertEquals(3 + once[i], sum[i], 1e-5 * (3 + Math.abs(once[i])), "at " + i);
    }
  }

  private static void survivesJson(LayerCase each) {
    String json = GraphJson.write(each.layer);
    assertEquals(each.layer, GraphJson.read(json, Layer.class), json);
  }

  private static void isDeterministic(LayerCase each) {
    NetworkTrial trial = each.trial();
    float[][] data = trial.data(ROWS);
    float[] gradient = trial.outputGradient(ROWS);
    assertSame(trial.step(data, gradient), each.trial().step(data, gradient));
    assertArrayEquals(trial.score(data), each.trial().score(data));
  }

  private static void keepsNothing(LayerCase each) {
    NetworkTrial fresh = each.trial();
    NetworkTrial used = each.trial();
    used.poison(ROWS + 1);
    for (int rows : new int[] {ROWS, 1, ROWS + 3}) {
      float[][] data = fresh.data(rows);
      float[] gradient = fresh.outputGradient(rows);
      assertSame(each.trial().step(data, gradient), used.step(data, gradient));
      assertArrayEquals(each.trial().score(data), used.score(data));
    }
  }

  private static void assertSame(NetworkTrial.Step expected, NetworkTrial.Step actual) {
    assertArrayEquals(expected.output(), actual.output(), "output");
    assertArrayEquals(expected.inputs(), actual.inputs(), "gradients of inputs");
    assertArrayEquals(expected.weights(), actual.weights(), "gradients of weights");
  }

  private static void scoresRowsAlone(LayerCase each) {
    NetworkTrial trial = each.trial();
    float[][] data = trial.data(ROWS);
    float[] all = trial.score(data);
    int size = all.length / ROWS;
    for (int row = 0; row < ROWS; row++) {
      assertArrayEquals(
          Arrays.copyOfRange(all, row * size, (row + 1) * size),
          trial.score(trial.rows(data, row, row + 1)),
          1e-5f,
          "row " + row);
    }
  }

  private static void checksNumber(LayerCase each) {
    Shape shape = each.inputs.get(0);
    boolean isUnary = each.inputs.size() == 1;
    for (List<Shape> inputs :
        List.of(List.<Shape>of(), isUnary ? List.of(shape, shape) : List.of(shape))) {
      String message = refusal(each.layer, inputs);
      assertTrue(message.contains("received " + inputs.size()), message);
    }
  }

  /** Any rank that a layer does not refuse it must infer. */
  private static void checksRank(LayerCase each) {
    for (int rank = 1; rank <= 5; rank++) {
      Shape shape = Shape.of(Collections.nCopies(rank, 6).stream().mapToInt(i -> i).toArray());
      List<Shape> inputs = Collections.nCopies(each.inputs.size(), shape);
      try {
        NetworkTrial.of(each.layer, inputs);
      } catch (IllegalArgumentException e) {
        String message = refusal(each.layer, inputs);
        assertTrue(message.contains(shape.toString()), message);
      }
    }
  }

  private static String refusal(Layer layer, List<Shape> inputs) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> layer.outputShape(inputs)).getMessage();
    assertFalse(message.contains("\n") || message.endsWith("."), message);
    return message;
  }
}
