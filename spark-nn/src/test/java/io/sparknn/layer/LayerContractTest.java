package io.sparknn.layer;

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
import io.sparknn.graph.DoublePrecision;
import io.sparknn.graph.GraphJson;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.LayerCases.LayerCase;
import io.sparknn.ml.LayerStage;
import io.sparknn.ml.StageLayers;
import io.sparknn.tensor.Shape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
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

/** What every layer must do. A new layer is one more of {@link LayerCases}. */
class LayerContractTest {

  private static final int ROWS = 4;

  private static final List<LayerCase> CASES = LayerCases.ALL;

  @TestFactory
  Stream<DynamicContainer> everyLayer() {
    return CASES.stream()
        .map(
            each ->
                dynamicContainer(
                    each.layer() + " of " + each.inputs(),
                    Stream.of(
                        dynamicTest("is what its stage describes", () -> matchesStage(each)),
                        dynamicTest("infers the shape of its output", () -> infersShape(each)),
                        dynamicTest("has right gradients", () -> checkGradients(each)),
                        dynamicTest("adds to gradients of weights", () -> addsGradients(each)),
                        dynamicTest("survives JSON", () -> survivesJson(each)),
                        dynamicTest("computes the same twice", () -> isDeterministic(each)),
                        dynamicTest("keeps nothing of other batches", () -> keepsNothing(each)),
                        dynamicTest("scores each row alone", () -> scoresRowsAlone(each)),
                        dynamicTest("shows what is no number", () -> showsNaN(each)),
                        dynamicTest("ignores padding", () -> ignoresPadding(each)),
                        dynamicTest("refuses bad configuration", () -> checksConfig(each)),
                        dynamicTest("refuses a wrong number of inputs", () -> checksNumber(each)),
                        dynamicTest("refuses a wrong rank", () -> checksRank(each)))));
  }

  @Test
  void noLayerIsForgotten() {
    assertEquals(
        classesOf("io.sparknn.ml.layer", LayerStage.class),
        classes(CASES.stream().map(LayerCase::stage)),
        "stages");
    // Layers that are not public stand for two others: FusionTest compares them with these.
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
            .filter(found -> found.getModifiers().contains(JavaModifier.PUBLIC))
            .map(JavaClass::getName)
            .collect(Collectors.toSet());
  }

  private static Set<String> classes(Stream<?> objects) {
    return objects.map(object -> object.getClass().getName()).collect(Collectors.toSet());
  }

  private static void matchesStage(LayerCase each) {
    assertEquals(each.layer(), StageLayers.of(each.stage()));
  }

  private static void infersShape(LayerCase each) {
    NetworkTrial trial = each.trial();
    Shape inferred = each.layer().outputShape(each.inputs());
    int size = trial.train(trial.data(ROWS)).length / ROWS;
    if (inferred.isKnown()) {
      assertEquals(inferred.size(), size);
    } else {
      int steps = Math.max(1, size / inferred.with(0, 1).size());
      assertEquals(inferred.with(0, steps).size(), size, inferred + " in steps");
    }
    assertEquals(inferred, trial.network().outputShape());
    for (int axis = 0; axis < each.inputs().get(0).rank(); axis++) {
      if (each.inputs().get(0).isScalar()) {
        continue;
      }
      Shape partly = each.inputs().get(0).with(axis, Shape.UNKNOWN);
      List<Shape> inputs = new ArrayList<>(each.inputs());
      inputs.replaceAll(input -> input.equals(each.inputs().get(0)) ? partly : input);
      Shape shape = each.layer().outputShape(inputs);
      assertTrue(shape.isCompatible(inferred), inputs + " gives " + shape);
    }
  }

  /** By finite differences in double precision; then single against double precision. */
  private static void checkGradients(LayerCase each) {
    double[] expected = DoublePrecision.checkGradients(each.layer(), each.inputs(), ROWS);
    NetworkTrial trial = each.trial();
    float[] actual = trial.step(trial.data(ROWS), trial.outputGradient(ROWS)).all();
    assertEquals(expected.length, actual.length);
    double greatest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], 2e-5 * (0.1 + greatest), "in float at " + i);
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
    String json = GraphJson.write(each.layer());
    assertEquals(each.layer(), GraphJson.read(json, Layer.class), json);
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
      // A ragged row is padded less when it is alone.
      float[] alone = Arrays.copyOf(trial.scoreRows(data, row, row + 1), size);
      assertArrayEquals(
          Arrays.copyOfRange(all, row * size, (row + 1) * size), alone, 1e-5f, "row " + row);
    }
  }

  /** A row that is not a number must not come out as if it were, nor spread to other rows. */
  private static void showsNaN(LayerCase each) {
    NetworkTrial trial = each.trial();
    float[][] data = trial.data(ROWS);
    if (trial.readsIds()) {
      return;
    }
    float[] expected = trial.score(data);
    float[][] first = trial.rows(data, 0, 1);
    for (int i = 0; i < data.length; i++) {
      Arrays.fill(data[i], 0, first[i].length, Float.NaN);
    }
    float[] actual = trial.score(data);
    int size = actual.length / ROWS;
    // A sequence that is too short for any window comes out as nothing.
    boolean isNothing = true;
    boolean shown = false;
    for (int i = 0; i < size; i++) {
      isNothing &= expected[i] == 0;
      shown |= !Float.isFinite(actual[i]);
    }
    assertTrue(shown || isNothing, () -> Arrays.toString(Arrays.copyOf(actual, size)));
    assertArrayEquals(
        Arrays.copyOfRange(expected, size, expected.length),
        Arrays.copyOfRange(actual, size, actual.length),
        1e-5f);
  }

  private static void ignoresPadding(LayerCase each) {
    NetworkTrial trial = each.trial();
    float[][] data = trial.data(ROWS);
    assertArrayEquals(trial.score(data), trial.scoreWithPadding(data, 7.5f));
  }

  /** No whole number of a configuration may be -5, and no other number NaN. */
  private static void checksConfig(LayerCase each) {
    for (RecordComponent component : each.layer().getClass().getRecordComponents()) {
      Object bad = component.getType() == int.class ? (Object) (-5) : (Object) Double.NaN;
      if (component.getType() == int.class || component.getType() == double.class) {
        assertThrows(
            IllegalArgumentException.class,
            () -> with(each.layer(), component, bad).outputShape(each.inputs()),
            component.getName() + " = " + bad);
      }
    }
  }

  private static Layer with(Layer layer, RecordComponent changed, Object value) throws Throwable {
    RecordComponent[] components = layer.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < values.length; i++) {
      types[i] = components[i].getType();
      values[i] =
          components[i].getName().equals(changed.getName())
              ? value
              : components[i].getAccessor().invoke(layer);
    }
    try {
      return (Layer) layer.getClass().getConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** A layer may read any number of inputs for which it has a case. */
  private static void checksNumber(LayerCase each) {
    Set<Integer> allowed =
        CASES.stream()
            .filter(other -> other.layer().getClass() == each.layer().getClass())
            .map(other -> other.inputs().size())
            .collect(Collectors.toSet());
    for (int number : allowed.contains(1) ? new int[] {0, 4} : new int[] {0, 1}) {
      List<Shape> inputs = Collections.nCopies(number, each.inputs().get(0));
      String message = refusal(each.layer(), inputs);
      assertTrue(message.contains("received " + number), message);
    }
  }

  /** Any rank that a layer does not refuse it must infer. */
  private static void checksRank(LayerCase each) {
    for (int rank = 1; rank <= 5; rank++) {
      Shape shape = Shape.of(Collections.nCopies(rank, 6).stream().mapToInt(i -> i).toArray());
      List<Shape> inputs = Collections.nCopies(each.inputs().size(), shape);
      try {
        NetworkTrial.of(each.layer(), inputs);
      } catch (IllegalArgumentException e) {
        String message = refusal(each.layer(), inputs);
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
