package io.sparknn.layer;

import java.util.Arrays;

/**
 * Which steps of each row of a batch count. Sequences of different lengths are padded at their ends
 * to the longest of the batch; an embedding may also leave out steps in between. What stands at a
 * step that does not count is finite but without meaning: no result of a row may depend on it, and
 * its gradient is 0.
 */
public final class Mask {
  private final int steps;
  private final boolean[] counts;
  private final int[] lengths;

  /** A mask of {@code rows} by {@code steps} flags. */
  public Mask(int steps, boolean[] counts) {
    this.steps = steps;
    this.counts = counts;
    this.lengths = new int[counts.length / steps];
    for (int row = 0; row < lengths.length; row++) {
      int length = steps;
      while (length > 0 && !counts[row * steps + length - 1]) {
        length--;
      }
      lengths[row] = length;
    }
  }

  /** The mask of rows of the given lengths. */
  public static Mask ofLengths(int[] lengths, int steps) {
    boolean[] counts = new boolean[lengths.length * steps];
    for (int row = 0; row < lengths.length; row++) {
      Arrays.fill(counts, row * steps, row * steps + lengths[row], true);
    }
    return new Mask(steps, counts);
  }

  /** The number of steps of the padded rows. */
  public int steps() {
    return steps;
  }

  public int rows() {
    return lengths.length;
  }

  public boolean counts(int row, int step) {
    return counts[row * steps + step];
  }

  /** One more than the row's last step that counts. */
  public int length(int row) {
    return lengths[row];
  }

  /** The number of steps of a row that count. */
  public int count(int row) {
    int count = 0;
    for (int step = 0; step < lengths[row]; step++) {
      count += counts(row, step) ? 1 : 0;
    }
    return count;
  }

  /** The steps that count in both masks, either of which may be null: then all do. */
  public static Mask and(Mask a, Mask b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    boolean[] both = a.counts.clone();
    for (int i = 0; i < both.length; i++) {
      both[i] &= b.counts[i];
    }
    return new Mask(a.steps, both);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask mask && steps == mask.steps && Arrays.equals(counts, mask.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }
}
