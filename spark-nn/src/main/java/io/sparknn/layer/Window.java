package io.sparknn.layer;

import io.sparknn.tensor.Sizes;
import java.io.Serializable;
import java.util.Locale;

/**
 * A window of {@code size} taps that slides along one axis: the geometry of convolution and
 * pooling. The window of output position {@code o} starts at input position {@code o * stride -
 * before(input)}, negative in the padding, and its tap {@code t} lies {@code t * dilation} further.
 */
public record Window(int size, int stride, int dilation, Padding padding) implements Serializable {

  /** The window that sees one position after the other. */
  public static final Window POINT = new Window(1, 1, 1, Padding.VALID);

  /** A window; all numbers are at least 1. */
  public Window {
    Inputs.checkPositive("the window's size", size);
    Inputs.checkPositive("the window's stride", stride);
    Inputs.checkPositive("the window's dilation", dilation);
    if (span(size, dilation) > Sizes.MAX) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a window of size %d with dilation %d spans more elements than %s: choose less",
              size,
              dilation,
              Sizes.limit()));
    }
  }

  /**
   * The number of positions on an axis of {@code input} elements, which may be unknown or ragged.
   *
   * @throws IllegalArgumentException if the axis is too short for the window
   */
  public int outputExtent(int input) {
    if (input < 0) {
      return input;
    }
    if (positions(input) == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a window that spans %d does not fit into an axis of %d: use padding 'same' or a smaller window",
              span(),
              input));
    }
    return positions(input);
  }

  /** The number of positions on an axis of {@code input} elements: 0 if it is too short. */
  public int positions(int input) {
    if (padding == Padding.VALID) {
      return input < span() ? 0 : (input - span()) / stride + 1;
    }
    return (int) (((long) input + stride - 1) / stride);
  }

  /**
   * The extent to which transposed convolution enlarges an axis: the longest that has {@code input}
   * positions if padded, the shortest that holds all windows if not.
   */
  public int transposedExtent(int input) {
    if (input <= 0) {
      return input;
    }
    long extent =
        padding == Padding.VALID
            ? (input - 1L) * stride + Math.max(span(), stride)
            : (long) input * stride;
    return Sizes.extent(extent, "strides");
  }

  /** How many elements of padding stand before an axis of {@code input} elements. */
  public int before(int input) {
    return switch (padding) {
      case VALID -> 0;
      case SAME -> (int) (Math.max((positions(input) - 1L) * stride + span() - input, 0) / 2);
      case CAUSAL -> span() - 1;
    };
  }

  /** The first tap inside the input of a window that starts at {@code start}. */
  public int firstTap(int start) {
    return start >= 0 ? 0 : (int) ((dilation - 1L - start) / dilation);
  }

  /** One more than the last tap inside the input of a window that starts at {@code start}. */
  public int endTap(int start, int input) {
    long room = input - 1L - start;
    return room < 0 ? 0 : (int) Math.min(size, room / dilation + 1);
  }

  private int span() {
    return (int) span(size, dilation);
  }

  private static long span(int size, int dilation) {
    return (size - 1L) * dilation + 1;
  }
}
