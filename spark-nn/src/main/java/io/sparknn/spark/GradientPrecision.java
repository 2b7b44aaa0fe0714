package io.sparknn.spark;

import java.util.Locale;

/** How gradients travel between processes. */
public enum GradientPrecision {
  /** As they are. */
  FLOAT32,
  /** Rounded to 16 bits, see {@link ErrorFeedback}. */
  BFLOAT16;

  /** The name as users write it, as in {@code bfloat16}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
