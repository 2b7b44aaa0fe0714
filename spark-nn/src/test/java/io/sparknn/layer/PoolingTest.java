package io.sparknn.layer;

import static io.sparknn.layer.Geometry.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sparknn.graph.NetworkTrial;
import io.sparknn.layer.pool.AveragePooling;
import io.sparknn.layer.pool.GlobalAveragePooling;
import io.sparknn.layer.pool.GlobalMaxPooling;
import io.sparknn.layer.pool.MaxPooling;
import io.sparknn.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolingTest {
  private static final int ROWS = 2;
  private static final Window PAIR = new Window(2, 2, 1, Padding.VALID);

  static Stream<Geometry> geometries() {
    return Stream.concat(
        Geometry.random(150, 1, Padding.VALID, Padding.SAME),
        Geometry.random(20, 3, Padding.VALID, Padding.VALID));
  }

  /** One window over everything. */
  static Stream<Geometry> wholes() {
    return Geometry.random(30, 1, Padding.VALID, Padding.SAME)
        .map(
            geometry ->
                new Geometry(
                    geometry.extents().stream()
                        .map(extent -> new Window(extent, 1, 1, Padding.VALID))
                        .toList(),
                    geometry.extents(),
                    geometry.channels()));
  }

  /** A channel of a pair of positions: one of the output, one of the image. */
  private interface Visitor {
    void visit(int position, int pixel);
  }

  private static void visit(Geometry geometry, Visitor visitor) {
    int channels = geometry.channels();
    for (int row = 0; row < ROWS; row++) {
      int yo = row * geometry.output(channels).size();
      int xo = row * geometry.input().size();
      geometry.visit(
          (position, tap, place) -> {
            for (int c = 0; c < channels; c++) {
              visitor.visit(yo + position * channels + c, xo + place * channels + c);
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void maximumEqualsPlainLoops(Geometry geometry) {
    checkMaximum(
        new MaxPooling(geometry.windows()), geometry.output(geometry.channels()), geometry);
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void globalMaximumEqualsPlainLoops(Geometry geometry) {
    Layer layer = new GlobalMaxPooling(geometry.windows().size());
    checkMaximum(layer, Shape.of(geometry.channels()), geometry);
  }

  private static void checkMaximum(Layer layer, Shape output, Geometry geometry) {
    NetworkTrial trial = trial(layer, output, geometry);
    float[][] data = trial.data(ROWS);
    float[] dy = trial.outputGradient(ROWS);
    double[] y = new double[dy.length];
    int[] winner = new int[dy.length];
    Arrays.fill(y, Double.NEGATIVE_INFINITY);
    visit(
        geometry,
        (position, pixel) -> {
          if (data[0][pixel] > y[position]) {
            y[position] = data[0][pixel];
            winner[position] = pixel;
          }
        });
    double[] dx = new double[data[0].length];
    for (int i = 0; i < dy.length; i++) {
      dx[winner[i]] += dy[i];
    }
    check(trial.step(data, dy), y, dx);
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void averageEqualsPlainLoops(Geometry geometry) {
    checkAverage(
        new AveragePooling(geometry.windows()), geometry.output(geometry.channels()), geometry);
  }

  @ParameterizedTest
  @MethodSource("wholes")
  void globalAverageEqualsPlainLoops(Geometry geometry) {
    Layer layer = new GlobalAveragePooling(geometry.windows().size());
    checkAverage(layer, Shape.of(geometry.channels()), geometry);
  }

  private static void checkAverage(Layer layer, Shape output, Geometry geometry) {
    NetworkTrial trial = trial(layer, output, geometry);
    float[][] data = trial.data(ROWS);
    float[] dy = trial.outputGradient(ROWS);
    int[] count = new int[dy.length];
    visit(geometry, (position, pixel) -> count[position]++);
    double[] y = new double[dy.length];
    double[] dx = new double[data[0].length];
    visit(
        geometry,
        (position, pixel) -> {
          y[position] += (double) data[0][pixel] / count[position];
          dx[pixel] += (double) dy[position] / count[position];
        });
    check(trial.step(data, dy), y, dx);
  }

  private static NetworkTrial trial(Layer layer, Shape output, Geometry geometry) {
    NetworkTrial trial = NetworkTrial.of(layer, List.of(geometry.input()));
    assertEquals(output, trial.network().outputShape());
    return trial;
  }

  private static void check(NetworkTrial.Step step, double[] y, double[] dx) {
    assertClose(y, step.output(), "output");
    assertClose(dx, step.inputs()[0], "gradient of the input");
  }

  @Test
  void firstOfEqualMaximaTakesTheGradient() {
    for (Layer layer : List.of(new MaxPooling(List.of(PAIR, PAIR)), new GlobalMaxPooling(2))) {
      NetworkTrial trial = NetworkTrial.of(layer, List.of(Shape.of(2, 2, 1)));
      NetworkTrial.Step step = trial.step(new float[][] {{1, 5, 5, 5}}, new float[] {2});
      assertArrayEquals(new float[] {0, 2, 0, 0}, step.inputs()[0]);
    }
  }

  @Test
  void maximumOfNegativesIgnoresPadding() {
    Window same = new Window(3, 1, 1, Padding.SAME);
    NetworkTrial trial =
        NetworkTrial.of(new MaxPooling(List.of(same, same)), List.of(Shape.of(1, 2, 1)));
    assertArrayEquals(new float[] {-1, -1}, trial.score(new float[][] {{-1, -2}}));
  }

  @Test
  void refusesInputThatIsNoImage() {
    for (Layer layer :
        List.of(
            new MaxPooling(List.of(PAIR, PAIR)),
            new AveragePooling(List.of(PAIR, PAIR)),
            new GlobalMaxPooling(2),
            new GlobalAveragePooling(2))) {
      for (Shape shape :
          List.of(
              Shape.of(4), Shape.of(4, 4), Shape.of(4, 4, 4, 4), Shape.of(Shape.RAGGED, 4, 4))) {
        assertThrows(IllegalArgumentException.class, () -> layer.outputShape(List.of(shape)));
      }
    }
  }

  @Test
  void refusesWindowsThatPaddingMayHide() {
    for (Window window :
        List.of(new Window(2, 1, 5, Padding.SAME), new Window(2, 1, 1, Padding.CAUSAL))) {
      assertThrows(IllegalArgumentException.class, () -> new MaxPooling(List.of(window)));
      assertThrows(IllegalArgumentException.class, () -> new AveragePooling(List.of(window)));
    }
  }
}
