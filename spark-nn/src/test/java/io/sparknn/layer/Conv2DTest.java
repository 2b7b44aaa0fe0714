package io.sparknn.layer;

import static io.sparknn.layer.Geometry.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.graph.NetworkTrial;
import io.sparknn.init.Initializer;
import io.sparknn.layer.conv.Conv2D;
import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class Conv2DTest {
  private static final int ROWS = 2;
  private static final int FILTERS = 3;

  static Stream<Geometry> geometries() {
    return Stream.concat(
        Geometry.random(150, 3),
        // More patches than one product takes at once.
        Stream.of(
            new Geometry(
                new Window(5, 1, 1, Padding.SAME), new Window(3, 1, 1, Padding.SAME), 40, 41, 3)));
  }

  private static Conv2D layer(Window height, Window width) {
    return new Conv2D(
        FILTERS,
        height,
        width,
        ActivationFunction.LINEAR,
        true,
        Initializer.GLOROT_UNIFORM,
        Initializer.ZEROS);
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void equalsPlainLoops(Geometry geometry) {
    NetworkTrial trial =
        NetworkTrial.of(layer(geometry.height(), geometry.width()), List.of(geometry.image()));
    assertEquals(
        Shape.of(geometry.outputRows(), geometry.outputColumns(), FILTERS),
        trial.network().outputShape());
    float[][] data = trial.data(ROWS);
    float[] dy = trial.outputGradient(ROWS);
    NetworkTrial.Step step = trial.step(data, dy);

    int channels = geometry.channels();
    float[] kernel = trial.weight("kernel", trial.weights()).data();
    float[] x = data[0];
    int biasOffset = trial.weight("bias", trial.weights()).offset();
    double[] y = new double[dy.length];
    double[] dx = new double[x.length];
    double[] dw = new double[trial.weights().length];
    for (int i = 0; i < y.length; i++) {
      y[i] = trial.weights()[biasOffset + i % FILTERS];
      dw[biasOffset + i % FILTERS] += dy[i];
    }
    geometry.visit(
        (oy, ox, i, j, row, column) -> {
          for (int n = 0; n < ROWS; n++) {
            for (int c = 0; c < channels; c++) {
              for (int f = 0; f < FILTERS; f++) {
                int tap = ((i * geometry.width().size() + j) * channels + c) * FILTERS + f;
                int pixel = geometry.pixel(n, row, column, c);
                int position = geometry.position(n, oy, ox, f, FILTERS);
                y[position] += (double) x[pixel] * kernel[tap];
                dx[pixel] += (double) dy[position] * kernel[tap];
                dw[tap] += (double) dy[position] * x[pixel];
              }
            }
          }
        });
    assertClose(y, step.output(), "output");
    assertClose(dx, step.inputs()[0], "gradient of the input");
    assertClose(dw, step.weights(), "gradient of the weights");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void refusesInputThatIsNoImage(int rank) {
    Shape shape = Shape.of(IntStream.generate(() -> 9).limit(rank).toArray());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> layer(window(3), window(3)).outputShape(List.of(shape)))
            .getMessage();
    assertTrue(message.contains("received " + shape), message);
  }

  @Test
  void refusesWindowThatDoesNotFit() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> layer(window(3), window(4)).outputShape(List.of(Shape.of(3, 3, 1))))
            .getMessage();
    assertEquals(
        "a window that spans 4 does not fit into an axis of 3: use padding 'same' or a smaller window",
        message);
  }

  private static Window window(int size) {
    return new Window(size, 1, 1, Padding.VALID);
  }
}
