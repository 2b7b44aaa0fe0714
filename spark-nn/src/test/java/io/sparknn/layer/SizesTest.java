package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.Graph;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.layer.conv.Cropping;
import io.sparknn.layer.conv.Interpolation;
import io.sparknn.layer.conv.UpSampling;
import io.sparknn.layer.conv.ZeroPadding;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.core.Flatten;
import io.sparknn.layer.core.Reshape;
import io.sparknn.layer.merge.Concatenate;
import io.sparknn.layer.pool.MaxPooling;
import io.sparknn.tensor.Shape;
import io.sparknn.training.BatchPlan;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Sizes never wrap around: what does not fit into an array is refused in one sentence. */
class SizesTest {

  private static final int HUGE = (1 << 30) + 1;
  private static final int[] EXTREMES = {1 << 16, 1 << 29, HUGE, Integer.MAX_VALUE};

  /** So many of these would be planned one by one. */
  private static final Set<String> COUNTS = Set.of("layers");

  private static Graph graph(Layer layer, Shape... inputs) {
    List<Graph> branches = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      branches.add(Graph.input("x" + i, inputs[i]));
    }
    return Graph.join("layer", layer, branches);
  }

  private static String refusal(Layer layer, Shape... inputs) {
    return assertThrows(IllegalArgumentException.class, () -> graph(layer, inputs)).getMessage();
  }

  @Test
  void enlargedAxesAreExact() {
    UpSampling upSampling = new UpSampling(List.of(HUGE), Interpolation.NEAREST);
    assertEquals(
        "size would make an axis of 4,294,967,300 elements, more than the 2,147,483,647 (2^31 - 1) that fit into one array: choose less, or a smaller input",
        refusal(upSampling, Shape.of(4, 1)));
    assertEquals(Shape.of(HUGE, 1), graph(upSampling, Shape.of(1, 1)).shape());
    assertRefused(new ZeroPadding(List.of(List.of(HUGE, HUGE - 4))), Shape.of(4, 1));
    assertRefused(new Concatenate(-1), Shape.of(HUGE), Shape.of(HUGE));
    assertRefused(new Flatten(), Shape.of(1 << 16, 1 << 16));
    assertRefused(new Reshape(Shape.of(1 << 16, 1 << 16)), Shape.of(Shape.UNKNOWN));
    assertTrue(
        refusal(new Reshape(Shape.of(-1, 1 << 16, 1 << 16)), Shape.of(6))
            .contains("does not hold the 6 elements"));
  }

  @Test
  void marginsAndWindowsAreExact() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Cropping(List.of(List.of(1 << 30, 1 << 30))),
        "the margins' sum wraps around");
    assertThrows(IllegalArgumentException.class, () -> new Window(3, 1, HUGE, Padding.SAME));
    Window window = new Window(3, Integer.MAX_VALUE, 1, Padding.SAME);
    assertEquals(1, window.outputExtent(7));
    assertEquals(0, window.firstTap(0));
    assertEquals(3, window.endTap(-1, Integer.MAX_VALUE));
    List<Window> wide = Collections.nCopies(2, new Window(1 << 16, 1, 1, Padding.SAME));
    assertThrows(IllegalArgumentException.class, () -> new MaxPooling(wide));
  }

  private static void assertRefused(Layer layer, Shape... inputs) {
    String message = refusal(layer, inputs);
    assertTrue(message.contains("2,147,483,647"), message);
  }

  @Test
  void theSumOfAllWeightsIsExact() {
    Graph graph = Graph.input("x", Shape.of(10));
    for (int i = 0; i < 3; i++) {
      graph = graph.then("dense" + i, new Dense(40_000, ActivationFunction.RELU));
    }
    Graph whole = graph.readable();
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> new Network(whole, List.of(Shape.of(10))));
    assertEquals(
        "the network has 3,200,520,000 weights, more than the 2,147,483,647 (2^31 - 1) that fit into one array: make its layers smaller, first of all that of dense_1/kernel (40000, 40000)",
        e.getMessage());
  }

  @Test
  void oneWeightIsExact() {
    Graph graph =
        Graph.input("x", Shape.of(10))
            .then("dense", new Dense(HUGE, ActivationFunction.RELU))
            .readable();
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> new Network(graph, List.of(Shape.of(10))));
    assertEquals(
        "dense: kernel of shape (10, 1073741825) has more elements than the 2,147,483,647 (2^31 - 1) that fit into one array: make the layer, its input or the batch smaller",
        e.getMessage());
  }

  @Test
  void batchesAreExact() {
    Graph graph =
        Graph.input("x", Shape.of(4, 1))
            .then("up", new UpSampling(List.of(1 << 24), Interpolation.NEAREST))
            .readable();
    Network network = new Network(graph, List.of(Shape.of(4, 1)));
    String message =
        "upsampling1d: 128 rows of shape (67108864, 1) at once have 8,589,934,592 elements, more than the 2,147,483,647 (2^31 - 1) that fit into one array: lower batchSize or set microBatchSize";
    Exception planned =
        assertThrows(IllegalArgumentException.class, () -> Replica.elements(network, 128, 1, 1));
    assertEquals(message, planned.getMessage());
    Replica replica = new Replica(network);
    replica.start(128);
    Exception computed =
        assertThrows(IllegalArgumentException.class, () -> replica.forward(new float[0]));
    assertEquals(message, computed.getMessage());
  }

  @Test
  void iterationsAreExact() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new BatchPlan(3_000_000_000L, 1, 0));
    assertEquals(
        "batchSize 1 makes more than 2^31 - 1 iterations of an epoch of 3,000,000,000 rows: choose a greater one",
        e.getMessage());
  }

  /** Every number of every layer, one after the other, made as great as can be. */
  @TestFactory
  Stream<DynamicTest> extremeConfigurations() {
    return LayerCases.ALL.stream()
        .map(
            each ->
                dynamicTest(
                    each.layer() + " of " + each.inputs(),
                    () -> {
                      RecordComponent[] components = each.layer().getClass().getRecordComponents();
                      for (int i = 0; i < components.length; i++) {
                        for (int extreme : EXTREMES) {
                          for (Object value : extremes(each.layer(), components[i], extreme)) {
                            tryWith(each.layer(), each.inputs(), components, i, value);
                          }
                        }
                      }
                    }));
  }

  /** The values of a component that are as great; none if it is no number. */
  private static List<Object> extremes(Layer layer, RecordComponent component, int extreme)
      throws ReflectiveOperationException {
    Object value = component.getAccessor().invoke(layer);
    if (COUNTS.contains(component.getName())) {
      return List.of();
    }
    if (value instanceof Integer) {
      return List.of(extreme);
    }
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      return List.of();
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      for (Object changed : extremes(list.get(i), extreme)) {
        int at = i;
        values.add(
            IntStream.range(0, list.size())
                .mapToObj(k -> k == at ? changed : list.get(k))
                .toList());
        values.add(Collections.nCopies(list.size(), changed));
      }
    }
    return values;
  }

  private static List<Object> extremes(Object element, int extreme) {
    if (element instanceof Integer) {
      return List.of(extreme);
    }
    if (element instanceof List<?>) {
      return List.of(List.of(extreme, 0), List.of(0, extreme), List.of(extreme, extreme));
    }
    if (!(element instanceof Window w)) {
      return List.of();
    }
    List<Object> windows = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      try {
        windows.add(
            new Window(
                k == 0 ? extreme : w.size(),
                k == 1 ? extreme : w.stride(),
                k == 2 ? extreme : w.dilation(),
                w.padding()));
      } catch (IllegalArgumentException e) {
        assertOneSentence(e);
      }
    }
    return windows;
  }

  private static void tryWith(
      Layer layer, List<Shape> inputs, RecordComponent[] components, int changed, Object value)
      throws ReflectiveOperationException {
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = i == changed ? value : components[i].getAccessor().invoke(layer);
    }
    try {
      Layer extreme = (Layer) layer.getClass().getDeclaredConstructor(types).newInstance(values);
      Graph graph = graph(extreme, inputs.toArray(Shape[]::new)).readable();
      Network network = new Network(graph, inputs);
      assertFalse(network.outputShape().isOpen());
      assertTrue(network.size() >= 0);
      assertTrue(network.valuesPerRow(3) > 0);
    } catch (InvocationTargetException e) {
      assertOneSentence((Exception) e.getCause());
    } catch (IllegalArgumentException e) {
      assertOneSentence(e);
    }
  }

  private static void assertOneSentence(Exception e) {
    assertEquals(IllegalArgumentException.class, e.getClass(), () -> String.valueOf(e));
    assertFalse(e.getMessage().contains("overflow"), e.getMessage());
    // An extent has wrapped around where a shape is refused for itself.
    assertFalse(e.getMessage().contains("a shape's extents"), e.getMessage());
    assertFalse(e.getMessage().matches(".*-\\d\\d.*"), e.getMessage());
  }
}
