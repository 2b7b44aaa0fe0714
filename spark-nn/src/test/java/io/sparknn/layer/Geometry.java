package io.sparknn.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sparknn.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** An array and windows that slide over it, with the plain loops that the layers avoid. */
record Geometry(List<Window> windows, List<Integer> extents, int channels) {

  /** Receives a position of the windows, one of their taps, and the place in the array it meets. */
  interface Visitor {
    void visit(int position, int tap, int place);
  }

  /** Random geometries of one to three axes of small extents, the same in every run. */
  static Stream<Geometry> random(int count, int maxDilation, Padding... paddings) {
    Random random = new Random(count);
    return Stream.generate(() -> random(random, maxDilation, paddings)).limit(count);
  }

  private static Geometry random(Random random, int maxDilation, Padding... paddings) {
    int axes = 1 + random.nextInt(3);
    Padding padding = paddings[random.nextInt(axes == 1 ? paddings.length : 2)];
    List<Window> windows = new ArrayList<>();
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      Window window =
          new Window(
              1 + random.nextInt(4),
              1 + random.nextInt(3),
              1 + random.nextInt(maxDilation),
              padding);
      windows.add(window);
      int least = padding == Padding.VALID ? span(window) : 1;
      extents.add(least + random.nextInt(axes == 3 ? 4 : 7));
    }
    return new Geometry(windows, extents, 1 + random.nextInt(3));
  }

  static int span(Window window) {
    return (window.size() - 1) * window.dilation() + 1;
  }

  Geometry withChannels(int count) {
    return new Geometry(windows, extents, count);
  }

  /** The shape of the array. */
  Shape input() {
    return shape(extents, channels);
  }

  /** The shape of so many channels at all positions. */
  Shape output(int outputChannels) {
    return shape(positions(), outputChannels);
  }

  static Shape shape(List<Integer> extents, int channels) {
    return Shape.of(
        Stream.concat(extents.stream(), Stream.of(channels)).mapToInt(i -> i).toArray());
  }

  private List<Integer> positions() {
    List<Integer> positions = new ArrayList<>();
    for (int axis = 0; axis < windows.size(); axis++) {
      positions.add(positions(windows.get(axis), extents.get(axis)));
    }
    return positions;
  }

  private static int positions(Window window, int extent) {
    int room = window.padding() == Padding.VALID ? extent - span(window) : extent - 1;
    return room / window.stride() + 1;
  }

  private static int before(Window window, int extent) {
    int reach = (positions(window, extent) - 1) * window.stride() + span(window);
    return switch (window.padding()) {
      case VALID -> 0;
      case SAME -> Math.max(reach - extent, 0) / 2;
      case CAUSAL -> span(window) - 1;
    };
  }

  /** Visits all pairs whose place lies in the array, taps in order. */
  void visit(Visitor visitor) {
    List<Integer> sizes = windows.stream().map(Window::size).toList();
    for (int position = 0; position < product(positions()); position++) {
      for (int tap = 0; tap < product(sizes); tap++) {
        int place = place(position, tap, sizes);
        if (place >= 0) {
          visitor.visit(position, tap, place);
        }
      }
    }
  }

  /** The place in the array, or -1 if it is outside. */
  private int place(int position, int tap, List<Integer> sizes) {
    int place = 0;
    for (int axis = 0; axis < windows.size(); axis++) {
      Window window = windows.get(axis);
      int extent = extents.get(axis);
      int start = at(axis, position, positions()) * window.stride() - before(window, extent);
      int element = start + at(axis, tap, sizes) * window.dilation();
      if (element < 0 || element >= extent) {
        return -1;
      }
      place = place * extent + element;
    }
    return place;
  }

  /** The number along one axis of an element of a row-major array. */
  private static int at(int axis, int element, List<Integer> extents) {
    return element / product(extents.subList(axis + 1, extents.size())) % extents.get(axis);
  }

  static int product(List<Integer> factors) {
    return factors.stream().reduce(1, (a, b) -> a * b);
  }

  /** Allows an error of 1e-5 of the greatest expected value, or of 0.1 if all cancel. */
  static void assertClose(double[] expected, float[] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    double greatest = DoubleStream.of(expected).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-5 * Math.max(greatest, 0.1), what + " at " + i);
    }
  }
}
