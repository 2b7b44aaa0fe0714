package io.sparknn.ml.param;

import io.sparknn.layer.Padding;
import io.sparknn.layer.Window;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.ml.param.Param;

/** Numbers along the axes of an array: one for all axes, or one for each. */
public final class Axes {
  static final String RULE = "one number of at least 1 for all axes, or one for each axis";
  static final String MARGINS_RULE =
      "one number of at least 0 for all margins, one for each axis, or before and after for each";

  private Axes() {}

  /** Windows along so many axes. */
  public static List<Window> windows(
      int axes,
      List<Integer> sizes,
      List<Integer> strides,
      List<Integer> dilations,
      Padding padding) {
    return IntStream.range(0, axes)
        .mapToObj(
            axis -> new Window(sizes.get(axis), strides.get(axis), dilations.get(axis), padding))
        .toList();
  }

  static boolean hold(int[] sizes) {
    return sizes.length > 0 && IntStream.of(sizes).allMatch(size -> size >= 1);
  }

  static boolean holdMargins(int[] margins) {
    return margins.length > 0 && IntStream.of(margins).allMatch(margin -> margin >= 0);
  }

  /**
   * The number for each axis.
   *
   * @throws IllegalArgumentException if there is neither one number nor one for each axis
   */
  public static List<Integer> spread(int axes, Param<?> param, int[] sizes) {
    if (sizes.length != 1 && sizes.length != axes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must have 1 or %d numbers; received %d",
              param.name(),
              axes,
              sizes.length));
    }
    return IntStream.range(0, axes).mapToObj(axis -> sizes[sizes.length == 1 ? 0 : axis]).toList();
  }

  /**
   * The margins before and after each axis.
   *
   * @throws IllegalArgumentException if there is neither one number, nor one or two for each axis
   */
  public static List<List<Integer>> margins(int axes, Param<?> param, int[] margins) {
    if (margins.length == 2 * axes) {
      return IntStream.range(0, axes)
          .mapToObj(axis -> List.of(margins[2 * axis], margins[2 * axis + 1]))
          .toList();
    }
    return spread(axes, param, margins).stream().map(margin -> List.of(margin, margin)).toList();
  }
}
