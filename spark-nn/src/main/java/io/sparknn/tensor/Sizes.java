package io.sparknn.tensor;

import java.util.Locale;

/**
 * Exact arithmetic of extents and of numbers of elements: what does not fit into an array is
 * refused and never wraps around.
 */
public final class Sizes {

  /** The greatest extent, and the greatest number of elements of one array: 2^31 - 1. */
  public static final int MAX = Integer.MAX_VALUE;

  private Sizes() {}

  /**
   * The extent of an axis that has been computed as a {@code long}.
   *
   * @param cause the params that make it as long, for the error
   * @throws IllegalArgumentException if it is longer than an array can be
   */
  public static int extent(long extent, String cause) {
    if (extent > MAX) {
      throw new IllegalArgumentException(
          "%s would make an axis of %s elements, more than %s: choose less, or a smaller input"
              .formatted(cause, count(extent), limit()));
    }
    return (int) extent;
  }

  /**
   * The size of a message that has been computed as a {@code long}.
   *
   * @throws IllegalArgumentException if it is more than a buffer can hold
   */
  public static int message(long bytes) {
    if (bytes > MAX) {
      throw new IllegalArgumentException(
          "a message of %s bytes, as long as the weights or their gradient are, is more than %s: make the network smaller"
              .formatted(count(bytes), limit()));
    }
    return (int) bytes;
  }

  /** The limit in words: so many elements that fit into one array. */
  public static String limit() {
    return "the " + count(MAX) + " (2^31 - 1) that fit into one array";
  }

  /** A number for people, the same in every country. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
