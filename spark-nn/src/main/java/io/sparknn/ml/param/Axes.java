package io.sparknn.ml.param;

import java.util.stream.IntStream;

/** Sizes along the axes of a window: one number for all axes, or one for each. */
public final class Axes {
  static final String RULE = "one number of at least 1 for all axes, or one for each axis";

  private Axes() {}

  static boolean hold(int[] sizes) {
    return sizes.length > 0 && IntStream.of(sizes).allMatch(size -> size >= 1);
  }

  /**
   * The number for one axis.
   *
   * @param param the param's name
   * @throws IllegalArgumentException if there is neither one number nor one for each axis
   */
  public static int at(int axis, int axes, String param, int[] sizes) {
    if (sizes.length != 1 && sizes.length != axes) {
      throw new IllegalArgumentException(
          "%s must have 1 or %d numbers; received %d".formatted(param, axes, sizes.length));
    }
    return sizes.length == 1 ? sizes[0] : sizes[axis];
  }
}
