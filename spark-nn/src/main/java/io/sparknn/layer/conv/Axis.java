package io.sparknn.layer.conv;

import io.sparknn.layer.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One axis of a correlation with a margined array: tap {@code taps[k]} of the position whose result
 * belongs at {@code results[p]} reads element {@code starts[p] + taps[k]}, and has the number
 * {@code kernel[k]} in the kernel.
 */
record Axis(int[] starts, int[] results, int[] taps, int[] kernel) {

  /** The windows over the image, whose margin goes before. */
  static Axis of(Window window, int extent) {
    return new Axis(
        IntStream.range(0, window.positions(extent)).map(p -> p * window.stride()).toArray(),
        IntStream.range(0, window.positions(extent)).toArray(),
        IntStream.range(0, window.size()).map(tap -> tap * window.dilation()).toArray(),
        IntStream.range(0, window.size()).toArray());
  }

  /**
   * The transpose: the windows over the result, whose margin goes before. Elements of the image
   * that are a multiple of the stride apart meet the same taps, and have an axis of their own.
   */
  static List<Axis> transposed(Window window, int extent) {
    int stride = window.stride();
    int dilation = window.dilation();
    int before = window.before(extent);
    int margin = marginBefore(window);
    List<Axis> axes = new ArrayList<>();
    for (int r = 0; r < stride; r++) {
      int phase = r;
      int[] images =
          IntStream.range(0, extent).filter(i -> (i + before) % stride == phase).toArray();
      int[] kernel =
          IntStream.range(0, window.size()).filter(t -> t * dilation % stride == phase).toArray();
      axes.add(
          new Axis(
              IntStream.of(images).map(i -> (i + before) / stride + margin).toArray(),
              images,
              IntStream.of(kernel).map(t -> -(t * dilation / stride)).toArray(),
              kernel));
    }
    return axes;
  }

  /** The image's margin. */
  static Margin imageMargin(Window window, int extent) {
    int before = window.before(extent);
    int end = (window.positions(extent) - 1) * window.stride() + span(window);
    return new Margin(before, extent, Math.max(0, end - before - extent));
  }

  /** The result's margin for the transpose. */
  static Margin resultMargin(Window window, int extent) {
    int positions = window.positions(extent);
    int last = (extent - 1 + window.before(extent)) / window.stride();
    return new Margin(marginBefore(window), positions, Math.max(0, last - positions + 1));
  }

  private static int marginBefore(Window window) {
    return (span(window) - 1) / window.stride();
  }

  private static int span(Window window) {
    return (window.size() - 1) * window.dilation() + 1;
  }

  /** Whether there is something to compute. */
  boolean isEmpty() {
    return starts.length == 0 || taps.length == 0;
  }

  /** Zeros around an axis. */
  record Margin(int before, int extent, int after) {
    int total() {
      return before + extent + after;
    }
  }
}
