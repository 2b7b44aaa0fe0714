package io.sparknn.layer;

import java.util.Locale;

/** What a sliding window does at the borders. */
public enum Padding {
  /** The window stays inside the input. */
  VALID,
  /** The input is padded evenly, the odd element after it, so that stride 1 keeps the extent. */
  SAME,
  /** The input is padded in front only, so that no output depends on later input. */
  CAUSAL;

  /** The name as users write it, as in {@code same}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
