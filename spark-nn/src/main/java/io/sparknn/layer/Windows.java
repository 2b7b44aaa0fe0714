package io.sparknn.layer;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows that slide over an array of one row, one along each axis but the last, which holds the
 * channels. Positions and taps are numbered in row-major order.
 */
public final class Windows {
  private final List<Window> windows;
  private final int[] extents;
  private final List<Run> runs = new ArrayList<>();

  /** Receives a tap and the input position that it meets. */
  public interface Visitor {
    /**
     * Visits a pair.
     *
     * @param inside the number of the window's taps that lie inside the input
     */
    void visit(int output, int input, int tap, int inside);
  }

  /** Receives where the windows begin to slide along the last axis. */
  public interface LineVisitor {
    /**
     * Visits a line, along which all {@link #runs} follow.
     *
     * @param inside the number of the window's taps along the other axes that lie inside the input
     */
    void visit(int output, int input, int tap, int inside);
  }

  /**
   * Taps along the last axis that meet input positions one after the other.
   *
   * @param output the window's position, counted from the line's first, as all the others are
   * @param input the first tap's
   * @param tap the first tap
   * @param length the number of taps
   * @param inside the number of the window's taps along this axis that lie inside the input
   */
  public record Run(int output, int input, int tap, int length, int inside) {}

  private Windows(List<Window> windows, int[] extents) {
    this.windows = windows;
    this.extents = extents;
    int last = extents.length - 1;
    addRuns(windows.get(last), extents[last]);
  }

  private void addRuns(Window window, int extent) {
    int before = window.before(extent);
    for (int position = 0; position < window.positions(extent); position++) {
      int start = position * window.stride() - before;
      int first = window.firstTap(start);
      int end = window.endTap(start, extent);
      int length = window.dilation() == 1 ? end - first : 1;
      for (int tap = first; tap < end; tap += length) {
        runs.add(new Run(position, start + tap * window.dilation(), tap, length, end - first));
      }
    }
  }

  /** Windows over one row of the only input, as long as it is itself. */
  public static Windows of(List<Window> windows, Pass pass, int row) {
    return of(windows, pass.input().shape(), Steps.length(pass, row));
  }

  /**
   * Windows over one row of a batch.
   *
   * @param batch the batch's shape
   * @param length the row's own extent on the first axis
   */
  public static Windows of(List<Window> windows, Shape batch, int length) {
    int[] extents = new int[windows.size()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = axis == 0 ? length : batch.extent(axis + 1);
    }
    return new Windows(windows, extents);
  }

  /** A layer's windows, of which there is one to three. */
  public static List<Window> check(List<Window> windows) {
    Spatial.checkAxes(windows.size());
    checkTaps(windows, Sizes.MAX);
    return List.copyOf(windows);
  }

  /** Refuses windows of more taps. */
  public static void checkTaps(List<Window> windows, int greatest) {
    List<Integer> sizes = windows.stream().map(Window::size).toList();
    long taps = 1;
    for (int size : sizes) {
      taps *= size;
      if (taps > greatest) {
        throw new IllegalArgumentException(
            "a window of size %s has more than %s elements: choose a smaller size"
                .formatted(sizes, Sizes.count(greatest)));
      }
    }
  }

  /** A layer's windows, none of them with causal padding. */
  public static List<Window> checkNotCausal(List<Window> windows) {
    if (windows.stream().anyMatch(window -> window.padding() == Padding.CAUSAL)) {
      throw new IllegalArgumentException(
          "padding must be 'valid' or 'same' in all layers but Conv1D; received 'causal'");
    }
    return check(windows);
  }

  /** The shape of the only input's windows, as {@code (positions..., channels)}. */
  public static Shape outputShape(List<Window> windows, List<Shape> inputs, int channels) {
    Shape shape = Spatial.input(inputs, windows.size()).with(-1, channels);
    for (int axis = 0; axis < windows.size(); axis++) {
      shape = shape.with(axis, windows.get(axis).outputExtent(shape.extent(axis)));
    }
    return shape;
  }

  /** The shape of a kernel with so many extents behind its taps. */
  public static Shape kernel(List<Window> windows, int inner, int outer) {
    int[] extents = new int[windows.size() + 2];
    for (int axis = 0; axis < windows.size(); axis++) {
      extents[axis] = windows.get(axis).size();
    }
    extents[windows.size()] = inner;
    extents[windows.size() + 1] = outer;
    return Shape.of(extents);
  }

  /** The number of positions of the windows. */
  public int positions() {
    int positions = 1;
    for (int axis = 0; axis < extents.length; axis++) {
      positions *= windows.get(axis).positions(extents[axis]);
    }
    return positions;
  }

  /** The number of positions of the input. */
  public int inputs() {
    int inputs = 1;
    for (int extent : extents) {
      inputs *= extent;
    }
    return inputs;
  }

  /** The number of taps. */
  public int taps() {
    int taps = 1;
    for (Window window : windows) {
      taps *= window.size();
    }
    return taps;
  }

  /** Whether each position is one of the input. */
  public boolean arePoints() {
    return windows.stream().allMatch(window -> window.size() == 1 && window.stride() == 1);
  }

  /** Whether some taps may lie outside of the input. */
  public boolean arePadded() {
    return windows.stream().anyMatch(window -> window.padding() != Padding.VALID);
  }

  /** Visits every tap inside the input; those of one position in order. */
  public void visit(Visitor visitor) {
    visitLines(
        (output, input, tap, inside) -> {
          for (Run run : runs) {
            for (int i = 0; i < run.length; i++) {
              visitor.visit(
                  output + run.output,
                  input + run.input + i,
                  tap + run.tap + i,
                  inside * run.inside);
            }
          }
        });
  }

  /** All taps along the last axis that lie inside the input, as many at once as lie together. */
  public List<Run> runs() {
    return runs;
  }

  /**
   * Visits every line of the output with every line of taps inside the input. Calls are few, so
   * that the inner loop over {@link #runs} is the caller's own and fast.
   */
  public void visitLines(LineVisitor visitor) {
    visit(0, 0, 0, 0, 1, visitor);
  }

  /** Goes along one axis, given the numbers so far of all axes before. */
  private void visit(int axis, int output, int input, int tap, int inside, LineVisitor visitor) {
    Window window = windows.get(axis);
    int extent = extents[axis];
    int positions = window.positions(extent);
    if (axis == extents.length - 1) {
      visitor.visit(output * positions, input * extent, tap * window.size(), inside);
      return;
    }
    int before = window.before(extent);
    for (int position = 0; position < positions; position++) {
      int start = position * window.stride() - before;
      int first = window.firstTap(start);
      int end = window.endTap(start, extent);
      for (int t = first; t < end; t++) {
        visit(
            axis + 1,
            output * positions + position,
            input * extent + start + t * window.dilation(),
            tap * window.size() + t,
            inside * (end - first),
            visitor);
      }
    }
  }
}
