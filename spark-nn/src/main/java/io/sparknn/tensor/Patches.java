package io.sparknn.tensor;

import java.util.Arrays;
import java.util.Locale;

/**
 * The matrix of an array's patches ("im2col"), which is never written: element {@code (p, k)} is
 * {@code x[starts[p] + taps[k]]}. It is multiplied with a matrix of which element {@code (k, c)} is
 * {@code b[rows[k] + c * columnStride]}, packed into panels before; element {@code (p, c)} of the
 * result is {@code y[results[p] + c]}, for {@link #room} columns.
 */
public final class Patches {

  /** Kernels compute so many positions and taps at a time, or more. */
  static final int POSITION_BLOCK = 12;

  static final int PAIR_BLOCK = 8;

  static final int TAP_BLOCK = 8;

  private static final PatchKernels KERNELS = Maths.KERNELS.patches();

  private final int[] starts;
  private final int[] results;
  private final int[] taps;
  private final int[] rows;
  private final int positions;
  private final int columns;
  private final int columnStride;
  private final int first;
  private final int last;
  private final Shape panels;
  private final int lastRow;
  private final int lastResult;
  private final int step;
  private final int group;

  /** Patches of at least one position and one tap. */
  public Patches(
      int[] starts, int[] results, int[] taps, int[] rows, int columns, int columnStride) {
    this.positions = starts.length;
    this.columns = columns;
    this.columnStride = columnStride;
    this.rows = rows.clone();
    this.starts = extended(starts, Math.max(positions, POSITION_BLOCK));
    this.results = extended(results, Math.max(positions, POSITION_BLOCK));
    this.taps = extended(taps, (taps.length + TAP_BLOCK - 1) / TAP_BLOCK * TAP_BLOCK);
    this.first = min(starts) + min(taps);
    this.last = max(starts) + max(taps);
    int width = KERNELS.panelWidth(columns);
    this.panels = Shape.of(room(columns) / width, this.taps.length, width);
    this.lastRow = max(rows);
    this.lastResult = max(results);
    this.step = positions > 1 ? starts[1] - starts[0] : 0;
    this.group = group(starts, taps, step);
    if (rows.length != taps.length || results.length != positions || first < 0) {
      throw new IllegalArgumentException(
          "patches take a row for each tap, a result for each start");
    }
  }

  /** Repeats the last element, so that kernels need no tails. */
  private static int[] extended(int[] numbers, int length) {
    int[] extended = Arrays.copyOf(numbers, length);
    Arrays.fill(extended, numbers.length, length, numbers[numbers.length - 1]);
    return extended;
  }

  /**
   * The number of taps in a group, if positions are {@code step} apart within each block and so are
   * the taps of three groups in turn: then neighbouring positions see the same elements. Else 0.
   */
  private static int group(int[] starts, int[] taps, int step) {
    if (step == 0 || starts.length % PAIR_BLOCK != 0) {
      return 0;
    }
    for (int p = 0; p < starts.length; p++) {
      if (starts[p] != starts[p - p % PAIR_BLOCK] + p % PAIR_BLOCK * step) {
        return 0;
      }
    }
    int size = 1;
    while (size < taps.length && taps[size] != taps[0] + step) {
      size++;
    }
    if (taps.length % (3 * size) != 0) {
      return 0;
    }
    for (int k = 0; k < taps.length; k++) {
      int number = k / size % 3;
      if (taps[k] != taps[k - number * size] + number * step) {
        return 0;
      }
    }
    return size;
  }

  private static int min(int[] numbers) {
    return Arrays.stream(numbers).min().orElseThrow();
  }

  private static int max(int[] numbers) {
    return Arrays.stream(numbers).max().orElseThrow();
  }

  /** The columns that a result of so many columns must have room for: whole panels. */
  public static int room(int columns) {
    int width = KERNELS.panelWidth(columns);
    return (columns + width - 1) / width * width;
  }

  /** The shape of the panels. */
  public Shape panels() {
    return panels;
  }

  /** Packs the other factor; what lies beyond its columns is 0. */
  public void pack(Tensor factor, Tensor panels) {
    checkPanels(factor, panels);
    int width = KERNELS.panelWidth(columns);
    float[] to = panels.data();
    Arrays.fill(to, panels.offset(), panels.offset() + panels.size(), 0);
    for (int c = 0; c < columns; c += width) {
      int n = Math.min(width, columns - c);
      int at = panels.offset() + c * taps.length;
      int from = factor.offset() + c * columnStride;
      for (int k = 0; k < rows.length; k++, at += width) {
        for (int i = 0; i < n; i++) {
          to[at + i] = factor.data()[from + rows[k] + i * columnStride];
        }
      }
    }
  }

  /** Adds what {@link #addTransposed} summed up to the other factor's gradient. */
  public void unpack(Tensor panels, Tensor factor) {
    checkPanels(factor, panels);
    int width = KERNELS.panelWidth(columns);
    float[] to = factor.data();
    for (int c = 0; c < columns; c += width) {
      int n = Math.min(width, columns - c);
      int from = panels.offset() + c * taps.length;
      int at = factor.offset() + c * columnStride;
      for (int k = 0; k < rows.length; k++, from += width) {
        for (int i = 0; i < n; i++) {
          to[at + rows[k] + i * columnStride] += panels.data()[from + i];
        }
      }
    }
  }

  /** y = patches of x &middot; panels. */
  public void multiply(float[] x, int xo, Tensor panels, float[] y, int yo) {
    check(x, xo, panels, y, yo);
    KERNELS.multiply(this, x, xo, panels.data(), panels.offset(), y, yo);
  }

  /** panels = panels + patches of x, transposed &middot; y. */
  public void addTransposed(float[] x, int xo, float[] y, int yo, Tensor panels) {
    check(x, xo, panels, y, yo);
    KERNELS.addTransposed(this, x, xo, y, yo, panels.data(), panels.offset());
  }

  private void check(float[] x, int xo, Tensor panels, float[] y, int yo) {
    if (xo < 0
        || xo + last >= x.length
        || yo < 0
        || yo + lastResult + room(columns) > y.length
        || panels.size() != taps.length * room(columns)) {
      throw new IndexOutOfBoundsException(
          String.format(
              Locale.ROOT,
              "patches up to %d of an array of %d, results up to %d of %d, panels %s",
              xo + last,
              x.length,
              yo + lastResult,
              y.length,
              panels.shape()));
    }
  }

  private void checkPanels(Tensor factor, Tensor panels) {
    if (factor.size() <= lastRow + (columns - 1) * columnStride
        || panels.size() != taps.length * room(columns)) {
      throw new IllegalArgumentException(
          "panels %s do not fit a factor %s".formatted(panels.shape(), factor.shape()));
    }
  }

  int[] starts() {
    return starts;
  }

  int[] results() {
    return results;
  }

  /** The distance between the first positions. */
  int step() {
    return step;
  }

  /** See {@link #group(int[], int[], int)}. */
  int group() {
    return group;
  }

  /** The taps, {@link #tapCount} of them, the last repeated up to whole blocks. */
  int[] taps() {
    return taps;
  }

  int tapCount() {
    return rows.length;
  }

  int positions() {
    return positions;
  }

  int columns() {
    return columns;
  }
}
