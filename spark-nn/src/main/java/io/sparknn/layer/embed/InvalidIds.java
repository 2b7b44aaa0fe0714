package io.sparknn.layer.embed;

import java.util.Locale;

/** What becomes of whole numbers that are no ids. */
public enum InvalidIds {
  /** They are refused. */
  ERROR,
  /** They share a row of the table, the last one, for all that is not in the vocabulary. */
  KEEP;

  /** The name as users write it, as in {@code keep}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
