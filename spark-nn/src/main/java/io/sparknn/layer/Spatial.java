package io.sparknn.layer;

import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * Checks of layers that work along one, two or three axes: steps; rows and columns; planes, rows
 * and columns. Channels come last.
 */
public final class Spatial {
  private static final List<String> INPUTS =
      List.of(
          "(steps, features)", "(rows, columns, channels)", "(planes, rows, columns, channels)");

  private Spatial() {}

  /** Refuses a number of axes for which there is no layer. */
  public static void checkAxes(int axes) {
    if (axes < 1 || axes > INPUTS.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a layer works along 1 to %d axes; received %d", INPUTS.size(), axes));
    }
  }

  /** The only input's shape, which has so many axes and channels; steps alone may be ragged. */
  public static Shape input(List<Shape> inputs, int axes) {
    Shape input = Inputs.one(inputs, axes + 1, INPUTS.get(axes - 1));
    if (axes > 1) {
      Inputs.checkNotRagged(
          inputs, "bring them to one shape, or use the layer for steps, such as Conv1D");
    }
    return input;
  }
}
