package io.sparknn.layer;

import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * How a layer that mixes neighbouring steps reads masked rows: each by its own length, as if there
 * were no padding behind it, and steps within that do not count as 0.
 */
public final class Steps {
  private Steps() {}

  /** The length of a row of the only input. */
  public static int length(Pass pass, int row) {
    Mask mask = pass.mask();
    return mask == null ? pass.input().shape().extent(1) : mask.length(row);
  }

  /**
   * The only input, with 0 at steps within a row's length that do not count.
   *
   * @param slot the scratch slot for a copy
   */
  public static Tensor input(Pass pass, int slot) {
    if (!hasGaps(pass.mask())) {
      return pass.input();
    }
    Tensor copy = pass.scratch(slot, pass.input().shape());
    Maths.copy(pass.input(), copy);
    clear(copy, pass.mask());
    return copy;
  }

  private static boolean hasGaps(Mask mask) {
    boolean gaps = false;
    for (int row = 0; mask != null && row < mask.rows(); row++) {
      gaps |= mask.count(row) < mask.length(row);
    }
    return gaps;
  }

  /**
   * The mask of an output whose rows are as long as they would be alone.
   *
   * @param outputLength the length of an output row, given the input's
   */
  public static Mask outputMask(Pass pass, IntUnaryOperator outputLength) {
    Mask mask = pass.mask();
    if (mask == null) {
      return null;
    }
    int[] lengths = new int[mask.rows()];
    Arrays.setAll(lengths, row -> outputLength.applyAsInt(mask.length(row)));
    return Mask.ofLengths(lengths, pass.output().shape().extent(1));
  }

  /** Writes 0 to the steps of a batch that do not count. */
  public static void clear(Tensor batch, Mask mask) {
    for (int row = 0; mask != null && row < mask.rows(); row++) {
      for (int step = 0; step < mask.steps(); step++) {
        if (!mask.counts(row, step)) {
          clear(batch, row, step, step + 1);
        }
      }
    }
  }

  /** Writes 0 to the steps of a row from {@code from} on. */
  public static void clearFrom(int from, Tensor batch, int row) {
    clear(batch, row, from, batch.shape().extent(1));
  }

  private static void clear(Tensor batch, int row, int from, int to) {
    int steps = batch.shape().extent(1);
    int size = batch.size() / (batch.shape().extent(0) * steps);
    int start = batch.offset() + row * steps * size;
    Arrays.fill(batch.data(), start + from * size, start + to * size, 0);
  }
}
