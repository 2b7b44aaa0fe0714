package io.sparknn.layer;

import static io.sparknn.activation.ActivationFunction.LINEAR;
import static io.sparknn.activation.ActivationFunction.SILU;
import static io.sparknn.init.Initializer.GLOROT_UNIFORM;
import static io.sparknn.init.Initializer.ZEROS;
import static io.sparknn.layer.Geometry.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.graph.Graph;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.block.SeparableConvolution;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.conv.DepthwiseConvolution;
import io.sparknn.layer.conv.TransposedConvolution;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvolutionTest {
  private static final int ROWS = 2;

  static Stream<Geometry> geometries() {
    // The last has more patches than one product takes at once.
    Window height = new Window(5, 1, 1, Padding.SAME);
    Window width = new Window(3, 1, 1, Padding.SAME);
    return Stream.concat(
        Geometry.random(200, 3, Padding.values()),
        Stream.of(new Geometry(List.of(height, width), List.of(40, 41), 3)));
  }

  static Stream<Geometry> evenGeometries() {
    return Geometry.random(100, 3, Padding.VALID, Padding.SAME);
  }

  private static Convolution convolution(int filters, int groups, List<Window> windows) {
    return new Convolution(filters, windows, groups, LINEAR, true, GLOROT_UNIFORM, ZEROS);
  }

  private static TransposedConvolution transposed(int filters, List<Window> windows) {
    return new TransposedConvolution(filters, windows, LINEAR, true, GLOROT_UNIFORM, ZEROS);
  }

  /** Receives what one weight joins: indices into the output, the input and the kernel. */
  private interface Visitor {
    void visit(int output, int input, int weight);
  }

  private interface Loops {
    void visit(Visitor visitor);
  }

  /** Compares a linear layer with a bias with the sum of products over what its weights join. */
  private static void check(Layer layer, Shape input, Shape output, Loops loops) {
    NetworkTrial trial = NetworkTrial.of(layer, List.of(input));
    assertEquals(output, trial.network().outputShape());
    float[][] data = trial.data(ROWS);
    float[] dy = trial.outputGradient(ROWS);
    NetworkTrial.Step step = trial.step(data, dy);

    float[] x = data[0];
    float[] w = trial.weights();
    Tensor bias = trial.weight("bias", w);
    int kernel = trial.weight("kernel", w).offset();
    double[] y = new double[dy.length];
    double[] dx = new double[x.length];
    double[] dw = new double[w.length];
    for (int i = 0; i < y.length; i++) {
      int channel = bias.offset() + i % bias.size();
      y[i] = w[channel];
      dw[channel] += dy[i];
    }
    for (int row = 0; row < ROWS; row++) {
      int yo = row * output.size();
      int xo = row * input.size();
      loops.visit(
          (o, i, t) -> {
            y[yo + o] += (double) x[xo + i] * w[kernel + t];
            dx[xo + i] += (double) dy[yo + o] * w[kernel + t];
            dw[kernel + t] += (double) dy[yo + o] * x[xo + i];
          });
    }
    assertClose(y, step.output(), "output");
    assertClose(dx, step.inputs()[0], "gradient of the input");
    assertClose(dw, step.weights(), "gradient of the weights");
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void equalsPlainLoops(Geometry geometry) {
    checkGroups(geometry, 1, 3);
  }

  @ParameterizedTest
  @MethodSource("evenGeometries")
  void groupsEqualPlainLoops(Geometry geometry) {
    checkGroups(geometry.withChannels(2 * geometry.channels()), 2, 4);
    checkGroups(geometry.withChannels(3), 3, 3);
  }

  /** Squares of 3 or 5 taps and many channels are filtered in tiles. */
  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void manyChannelsEqualPlainLoops(int taps) {
    for (Padding padding : new Padding[] {Padding.SAME, Padding.VALID}) {
      List<Window> windows = Collections.nCopies(2, new Window(taps, 1, 1, padding));
      for (List<Integer> extents : List.of(List.of(7, 9), List.of(8, 8), List.of(21, 6))) {
        checkGroups(new Geometry(windows, extents, 16), 1, 16);
        checkGroups(new Geometry(windows, extents, 17), 1, 35);
        checkGroups(new Geometry(windows, extents, 64), 1, 18);
      }
    }
  }

  private static void checkGroups(Geometry geometry, int groups, int filters) {
    int channels = geometry.channels();
    int width = channels / groups;
    check(
        convolution(filters, groups, geometry.windows()),
        geometry.input(),
        geometry.output(filters),
        visitor ->
            geometry.visit(
                (position, tap, place) -> {
                  for (int c = 0; c < channels; c++) {
                    for (int f = 0; f < filters; f++) {
                      if (c / width == f / (filters / groups)) {
                        int weight = (tap * width + c % width) * filters + f;
                        visitor.visit(position * filters + f, place * channels + c, weight);
                      }
                    }
                  }
                }));
  }

  @ParameterizedTest
  @MethodSource("evenGeometries")
  void depthwiseEqualsPlainLoops(Geometry geometry) {
    int channels = geometry.channels();
    for (int multiplier : new int[] {1, 3}) {
      check(
          new DepthwiseConvolution(
              geometry.windows(), multiplier, LINEAR, true, GLOROT_UNIFORM, ZEROS),
          geometry.input(),
          geometry.output(channels * multiplier),
          visitor ->
              geometry.visit(
                  (position, tap, place) -> {
                    for (int c = 0; c < channels; c++) {
                      for (int m = 0; m < multiplier; m++) {
                        visitor.visit(
                            (position * channels + c) * multiplier + m,
                            place * channels + c,
                            (tap * channels + c) * multiplier + m);
                      }
                    }
                  }));
    }
  }

  @ParameterizedTest
  @MethodSource("evenGeometries")
  void transposedEqualsPlainLoops(Geometry geometry) {
    int channels = geometry.channels();
    int filters = 2;
    Geometry enlarged =
        new Geometry(
            geometry.windows(),
            IntStream.range(0, geometry.windows().size())
                .mapToObj(
                    axis -> enlarge(geometry.windows().get(axis), geometry.extents().get(axis)))
                .toList(),
            filters);
    assertEquals(geometry.input(), enlarged.output(channels));
    check(
        transposed(filters, geometry.windows()),
        geometry.input(),
        enlarged.input(),
        visitor ->
            enlarged.visit(
                (position, tap, place) -> {
                  for (int c = 0; c < channels; c++) {
                    for (int f = 0; f < filters; f++) {
                      int weight = (tap * filters + f) * channels + c;
                      visitor.visit(place * filters + f, position * channels + c, weight);
                    }
                  }
                }));
  }

  private static int enlarge(Window window, int extent) {
    return window.padding() == Padding.SAME
        ? extent * window.stride()
        : (extent - 1) * window.stride() + Math.max(Geometry.span(window), window.stride());
  }

  @Test
  void separableIsDepthwiseThenPointwise() {
    Window window = new Window(3, 2, 1, Padding.SAME);
    Shape shape = Shape.of(7, 5, 3);
    NetworkTrial separable =
        NetworkTrial.of(
            new SeparableConvolution(
                4, List.of(window, window), 2, SILU, true, GLOROT_UNIFORM, GLOROT_UNIFORM, ZEROS),
            List.of(shape));
    Graph depthwise =
        Graph.join(
            "depthwise",
            new DepthwiseConvolution(
                List.of(window, window), 2, LINEAR, false, GLOROT_UNIFORM, ZEROS),
            List.of(Graph.input("input", shape)));
    Graph pointwise =
        Graph.join(
            "pointwise",
            new Convolution(
                4, List.of(Window.POINT, Window.POINT), 1, SILU, true, GLOROT_UNIFORM, ZEROS),
            List.of(depthwise));
    NetworkTrial chain = new NetworkTrial(pointwise.readable());
    assertEquals(chain.network().outputShape(), separable.network().outputShape());
    assertArrayEquals(chain.score(chain.data(ROWS)), separable.score(separable.data(ROWS)));
    assertEquals(
        List.of(
            "separableconv2d/depthwise/kernel",
            "separableconv2d/pointwise/kernel",
            "separableconv2d/pointwise/bias"),
        separable.network().slots().stream().map(slot -> slot.name()).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 5})
  void refusesInputThatIsNoImage(int rank) {
    Shape shape = Shape.of(IntStream.generate(() -> 9).limit(rank).toArray());
    assertRefuses("received " + shape, convolution(3, 1, windows(2, 3)), shape);
    assertRefuses("received " + shape, transposed(3, windows(2, 3)), shape);
  }

  private static void assertRefuses(String expected, Layer layer, Shape shape) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> layer.outputShape(List.of(shape)))
            .getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void refusesWindowThatDoesNotFit() {
    assertRefuses(
        "a window that spans 4 does not fit into an axis of 3: use padding 'same' or a smaller"
            + " window",
        convolution(3, 1, windows(2, 4)),
        Shape.of(3, 3, 1));
  }

  @Test
  void refusesGroupsThatDoNotDivideTheChannels() {
    assertRefuses(
        "channels must be a multiple of the groups; received 3 channels and 2 groups",
        convolution(4, 2, windows(1, 3)),
        Shape.of(9, 3));
    assertThrows(IllegalArgumentException.class, () -> convolution(3, 2, windows(1, 3)));
  }

  @Test
  void refusesCausalPaddingOfImages() {
    List<Window> causal = Collections.nCopies(2, new Window(3, 1, 1, Padding.CAUSAL));
    assertThrows(IllegalArgumentException.class, () -> convolution(3, 1, causal));
    assertThrows(IllegalArgumentException.class, () -> transposed(3, causal.subList(0, 1)));
  }

  @Test
  void refusesRaggedImages() {
    assertRefuses(
        "expects rows of one shape; received (ragged, 9, 2)",
        convolution(3, 1, windows(2, 3)),
        Shape.of(Shape.RAGGED, 9, 2));
  }

  private static List<Window> windows(int axes, int size) {
    return Collections.nCopies(axes, new Window(size, 1, 1, Padding.VALID));
  }
}
