package io.sparknn.layer.conv;

import java.util.Locale;

/** Where between the elements of an axis those of an enlarged one lie. */
public enum Interpolation {
  /** On the element before. */
  NEAREST {
    @Override
    double place(int output, int factor) {
      return Math.floorDiv(output, factor);
    }
  },
  /** Where the middle of the element lies if both axes cover the same length. */
  BILINEAR {
    @Override
    double place(int output, int factor) {
      return (output + 0.5) / factor - 0.5;
    }
  };

  /** The place, in elements of the input, of an element of an axis so many times as long. */
  abstract double place(int output, int factor);

  /** The name as users write it, as in {@code bilinear}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
