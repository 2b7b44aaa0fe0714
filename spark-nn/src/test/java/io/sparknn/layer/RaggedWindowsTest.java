package io.sparknn.layer;

import static io.sparknn.activation.ActivationFunction.SILU;
import static io.sparknn.activation.ActivationFunction.TANH;
import static io.sparknn.init.Initializer.GLOROT_UNIFORM;
import static io.sparknn.init.Initializer.ONES;
import static io.sparknn.init.Initializer.ZEROS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.graph.Graph;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.block.SeparableConvolution;
import io.sparknn.layer.conv.Convolution;
import io.sparknn.layer.conv.Cropping;
import io.sparknn.layer.conv.DepthwiseConvolution;
import io.sparknn.layer.conv.Interpolation;
import io.sparknn.layer.conv.TransposedConvolution;
import io.sparknn.layer.conv.UpSampling;
import io.sparknn.layer.conv.ZeroPadding;
import io.sparknn.layer.pool.AveragePooling;
import io.sparknn.layer.pool.GlobalAveragePooling;
import io.sparknn.layer.pool.GlobalMaxPooling;
import io.sparknn.layer.pool.MaxPooling;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that slide over steps treat each row of ragged sequences as if it were alone. */
class RaggedWindowsTest {
  private static final int FEATURES = 4;
  private static final int[] LENGTHS = {6, 1, 9, 0, 4, 2, 8};

  static Stream<Layer> layers() {
    List<List<Integer>> margins = List.of(List.of(2, 1));
    return Stream.concat(
        windows().flatMap(RaggedWindowsTest::sliding),
        Stream.of(
            new ZeroPadding(margins),
            new Cropping(margins),
            new UpSampling(List.of(3), Interpolation.NEAREST),
            new GlobalMaxPooling(1),
            new GlobalAveragePooling(1)));
  }

  private static Stream<Window> windows() {
    return Stream.of(Padding.values())
        .flatMap(
            padding ->
                Stream.of(
                    new Window(3, 1, 1, padding),
                    new Window(4, 2, 1, padding),
                    new Window(2, 1, 3, padding),
                    new Window(2, 3, 1, padding),
                    new Window(1, 1, 1, padding),
                    new Window(1, 2, 1, padding)));
  }

  private static Stream<Layer> sliding(Window window) {
    List<Window> windows = List.of(window);
    Stream<Layer> convolutions =
        Stream.of(
            new Convolution(3, windows, 1, SILU, true, GLOROT_UNIFORM, ONES),
            new Convolution(4, windows, 2, TANH, true, GLOROT_UNIFORM, ONES));
    if (window.padding() == Padding.CAUSAL) {
      return convolutions;
    }
    Stream<Layer> others =
        Stream.of(
            new DepthwiseConvolution(windows, 2, SILU, true, GLOROT_UNIFORM, ONES),
            new TransposedConvolution(3, windows, SILU, true, GLOROT_UNIFORM, ONES),
            new SeparableConvolution(
                3, windows, 1, SILU, true, GLOROT_UNIFORM, GLOROT_UNIFORM, ZEROS));
    Stream<Layer> pooling =
        window.dilation() > 1
            ? Stream.of()
            : Stream.of(new MaxPooling(windows), new AveragePooling(windows));
    return Stream.of(convolutions, others, pooling).flatMap(layers -> layers);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void rowsAreComputedAlone(Layer layer) {
    NetworkTrial batch = NetworkTrial.of(layer, List.of(Shape.of(Shape.RAGGED, FEATURES)));
    float[][] data = {NetworkTrial.random(Arrays.stream(LENGTHS).sum() * FEATURES, 5)};
    int[][] lengths = {LENGTHS};
    float[] dy = NetworkTrial.random(batch.score(data, lengths).length, 6);
    clearPadding(layer, dy);
    NetworkTrial.Step step = batch.step(data, lengths, dy);
    double[] dw = new double[step.weights().length];
    int start = 0;
    for (int row = 0; row < LENGTHS.length; row++) {
      float[] x = Arrays.copyOfRange(data[0], start, start + LENGTHS[row] * FEATURES);
      float[] y = row(step.output(), row);
      float[] dx = row(step.inputs()[0], row);
      float[] rowGradient = row(dy, row);
      start += x.length;
      int size = outputSize(layer, LENGTHS[row]);
      if (size == 0) {
        assertArrayEquals(new float[y.length], y, "output");
        assertArrayEquals(new float[dx.length], dx, "gradient of the input");
        continue;
      }
      NetworkTrial alone = NetworkTrial.of(layer, List.of(Shape.of(LENGTHS[row], FEATURES)));
      NetworkTrial.Step expected = alone.step(new float[][] {x}, Arrays.copyOf(rowGradient, size));
      assertArrayEquals(Arrays.copyOf(expected.output(), y.length), y, 1e-5f, "output");
      assertArrayEquals(
          Arrays.copyOf(expected.inputs()[0], dx.length), dx, 1e-5f, "gradient of the input");
      for (int i = 0; i < dw.length; i++) {
        dw[i] += expected.weights()[i];
      }
    }
    for (int i = 0; i < dw.length; i++) {
      assertEquals(dw[i], step.weights()[i], 1e-4, "gradient of the weights at " + i);
    }
  }

  private static float[] row(float[] batch, int row) {
    int size = batch.length / LENGTHS.length;
    return Arrays.copyOfRange(batch, row * size, (row + 1) * size);
  }

  /** The number of elements that a row of so many steps gives alone. */
  private static int outputSize(Layer layer, int length) {
    try {
      return layer.outputShape(List.of(Shape.of(length, FEATURES))).size();
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  private static void clearPadding(Layer layer, float[] dy) {
    int size = dy.length / LENGTHS.length;
    for (int row = 0; row < LENGTHS.length; row++) {
      Arrays.fill(dy, row * size + outputSize(layer, LENGTHS[row]), (row + 1) * size, 0);
    }
  }

  /** Passes its input on, with a mask that leaves out the second step and the fourth. */
  private record Sieve() implements Layer {
    static final List<Integer> KEPT = List.of(0, 2, 4, 5, 6, 7);
    static final int STEPS = 8;

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return inputs.get(0);
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
      boolean[] counts = new boolean[pass.rows() * STEPS];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = KEPT.contains(i % STEPS);
      }
      return new Mask(STEPS, counts);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void stepsThatDoNotCountAreZerosOrLeftOut(Layer layer) {
    Shape shape = Shape.of(Sieve.STEPS, FEATURES);
    Graph sieve = Graph.join("sieve", new Sieve(), List.of(Graph.input("input", shape)));
    NetworkTrial masked = new NetworkTrial(Graph.join("layer", layer, List.of(sieve)).readable());
    boolean leavesOut = layer.outputShape(List.of(shape)).rank() == 1;
    int steps = leavesOut ? Sieve.KEPT.size() : Sieve.STEPS;
    NetworkTrial plain = NetworkTrial.of(layer, List.of(Shape.of(steps, FEATURES)));
    float[] data = masked.data(1)[0];
    float[] kept = new float[steps * FEATURES];
    for (int i = 0; i < Sieve.KEPT.size(); i++) {
      int step = Sieve.KEPT.get(i);
      int to = leavesOut ? i : step;
      System.arraycopy(data, step * FEATURES, kept, to * FEATURES, FEATURES);
    }
    float[] dy = plain.outputGradient(1);
    NetworkTrial.Step expected = plain.step(new float[][] {kept}, dy);
    NetworkTrial.Step actual = masked.step(new float[][] {data}, dy);
    assertArrayEquals(expected.output(), actual.output(), 1e-5f, "output");
    assertArrayEquals(expected.weights(), actual.weights(), 1e-5f, "gradient of the weights");
    float[] dx = new float[data.length];
    for (int i = 0; i < Sieve.KEPT.size(); i++) {
      int step = Sieve.KEPT.get(i);
      int from = leavesOut ? i : step;
      System.arraycopy(expected.inputs()[0], from * FEATURES, dx, step * FEATURES, FEATURES);
    }
    assertArrayEquals(dx, actual.inputs()[0], 1e-5f, "gradient of the input");
  }
}
