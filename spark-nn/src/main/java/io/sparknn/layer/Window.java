package io.sparknn.layer;

import io.sparknn.tensor.Shape;
import java.io.Serializable;

/**
 * A window of {@code size} taps that slides along one axis: the geometry of convolution and
 * pooling. The window of output position {@code o} starts at input position {@code o * stride -
 * before(input)}, negative in the padding, and its tap {@code t} lies {@code t * dilation} further.
 */
public record Window(int size, int stride, int dilation, Padding padding) implements Serializable {

  /** A window; all numbers are at least 1. */
  public Window {
    Inputs.checkPositive("the window's size", size);
    Inputs.checkPositive("the window's stride", stride);
    Inputs.checkPositive("the window's dilation", dilation);
  }

  /** The number of positions on an axis of {@code input} elements (which may be unknown). */
  public int outputExtent(int input) {
    if (input == Shape.UNKNOWN) {
      return Shape.UNKNOWN;
    }
    if (padding == Padding.SAME) {
      return (input + stride - 1) / stride;
    }
    if (span() > input) {
      throw new IllegalArgumentException(
          "a window that spans %d does not fit into an axis of %d: use padding 'same' or a smaller window"
              .formatted(span(), input));
    }
    return (input - span()) / stride + 1;
  }

  /** How many elements of padding stand before an axis of {@code input} elements. */
  public int before(int input) {
    if (padding == Padding.VALID) {
      return 0;
    }
    return Math.max((outputExtent(input) - 1) * stride + span() - input, 0) / 2;
  }

  /** The first tap inside the input of a window that starts at {@code start}. */
  public int firstTap(int start) {
    return start >= 0 ? 0 : (dilation - 1 - start) / dilation;
  }

  /** One more than the last tap inside the input of a window that starts at {@code start}. */
  public int endTap(int start, int input) {
    int room = input - 1 - start;
    return room < 0 ? 0 : Math.min(size, room / dilation + 1);
  }

  private int span() {
    return (size - 1) * dilation + 1;
  }
}
