package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.tensor.Shape;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** An image and a window that slides over it, with the plain loops that the layers avoid. */
record Geometry(Window height, Window width, int rows, int columns, int channels) {

  /** Receives a position of the window, one of its taps, and the place in the image it covers. */
  interface Visitor {
    void visit(int y, int x, int i, int j, int row, int column);
  }

  /** Random geometries of small extents, the same in every run. */
  static Stream<Geometry> random(int count, int maxDilation) {
    Random random = new Random(count);
    return Stream.generate(() -> random(random, maxDilation)).limit(count);
  }

  private static Geometry random(Random random, int maxDilation) {
    Padding padding = Padding.values()[random.nextInt(2)];
    Window height = window(random, maxDilation, padding);
    Window width = window(random, maxDilation, padding);
    return new Geometry(
        height, width, extent(random, height), extent(random, width), 1 + random.nextInt(3));
  }

  private static Window window(Random random, int maxDilation, Padding padding) {
    return new Window(
        1 + random.nextInt(4), 1 + random.nextInt(3), 1 + random.nextInt(maxDilation), padding);
  }

  private static int extent(Random random, Window window) {
    int least = window.padding() == Padding.VALID ? span(window) : 1;
    return least + random.nextInt(7);
  }

  private static int span(Window window) {
    return (window.size() - 1) * window.dilation() + 1;
  }

  Shape image() {
    return Shape.of(rows, columns, channels);
  }

  int outputRows() {
    return positions(height, rows);
  }

  int outputColumns() {
    return positions(width, columns);
  }

  private static int positions(Window window, int extent) {
    int room = window.padding() == Padding.VALID ? extent - span(window) : extent - 1;
    return room / window.stride() + 1;
  }

  private static int before(Window window, int extent) {
    int reach = (positions(window, extent) - 1) * window.stride() + span(window);
    return window.padding() == Padding.VALID ? 0 : Math.max(reach - extent, 0) / 2;
  }

  /** Visits all pairs whose place lies in the image, taps in order. */
  void visit(Visitor visitor) {
    int above = before(height, rows);
    int left = before(width, columns);
    for (int y = 0; y < outputRows(); y++) {
      for (int x = 0; x < outputColumns(); x++) {
        for (int i = 0; i < height.size(); i++) {
          for (int j = 0; j < width.size(); j++) {
            int row = y * height.stride() - above + i * height.dilation();
            int column = x * width.stride() - left + j * width.dilation();
            if (row >= 0 && row < rows && column >= 0 && column < columns) {
              visitor.visit(y, x, i, j, row, column);
            }
          }
        }
      }
    }
  }

  /** The index of a channel in the image of one row of the batch. */
  int pixel(int batchRow, int row, int column, int channel) {
    return ((batchRow * rows + row) * columns + column) * channels + channel;
  }

  /** The index of a channel, of so many, in the output of one row of the batch. */
  int position(int batchRow, int y, int x, int channel, int outputChannels) {
    return ((batchRow * outputRows() + y) * outputColumns() + x) * outputChannels + channel;
  }

  /** Allows an error of 1e-5 of the greatest expected value. */
  static void assertClose(double[] expected, float[] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    double greatest = DoubleStream.of(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-5 * greatest, what + " at " + i);
    }
  }
}
