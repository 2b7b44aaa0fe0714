package io.sparknn.tensor;

import java.util.Arrays;
import java.util.Locale;

/**
 * Winograd's minimal filtering along two axes (Lavin and Gray, CVPR 2016): from 6 by 6 elements, 4
 * by 4 results of a kernel of 3 by 3 taps or 2 by 2 results of 5 by 5, with 36 products in place of
 * 144 or 100: {@code results = A' [(G kernel G') * (B' elements B)] A}. The points at which
 * polynomials are evaluated, 0, &plusmn;5/8, &plusmn;3/2 and infinity, keep the rounding error
 * about twice that of the plain sum.
 *
 * <p>An object is planned for blocks of strips, each of {@code across} tiles side by side, of
 * images {@code (lines, columns, channels)}. For each of the 36 points there is a matrix with a row
 * for each tile: its elements' channels, and its results' filters, and one of a kernel to multiply
 * them with.
 */
public final class Winograd {

  /** The points but 0 and infinity: plus and minus these. */
  static final float NEAR = 0.625f;

  static final float FAR = 1.5f;

  private static final int TILE = 6;
  private static final int POINTS = TILE * TILE;

  /** Keeps the points' matrices from falling into the same sets of a cache. */
  private static final int GAP = 16;

  private static final WinogradKernels KERNELS = Maths.KERNELS.winograd();
  private static final ProductKernels PRODUCTS = Maths.KERNELS.products();

  private final int taps;
  private final int outputs;
  private final int across;
  private final int channels;
  private final int filters;
  private final int tiles;

  /** The number of elements of the kernel at a tap, or at a point. */
  private final int matrix;

  private final float[] zeros;
  private final float[][] fromTaps;
  private final float[][] toTaps;
  private final Shape elements;
  private final Shape results;
  private final Shape panels;
  private final Shape work;

  /**
   * A plan.
   *
   * @param taps of a kernel along each axis
   * @param strips in a block
   */
  public Winograd(int taps, int strips, int across, int channels, int filters) {
    if (!suits(taps)) {
      throw new IllegalArgumentException(
          "Winograd's filtering takes 3 or 5 taps; received " + taps);
    }
    this.taps = taps;
    this.outputs = outputs(taps);
    this.across = across;
    this.channels = channels;
    this.filters = filters;
    this.matrix = channels * filters;
    this.zeros = new float[Math.max(channels, filters)];
    tiles = strips * across;
    fromTaps = fromTaps(taps);
    toTaps = transposed(fromTaps);
    elements = Shape.of(POINTS, tiles * channels + GAP);
    results = Shape.of(POINTS, tiles * filters + GAP);
    panels = Shape.of(POINTS, matrix);
    int ofImage = TILE * (across * outputs + taps - 1) * channels;
    int ofResults = TILE * across * outputs * filters;
    int ofKernel = (TILE + 1) * taps * matrix;
    work = Shape.of(Math.max(ofKernel, Math.max(ofImage, ofResults)));
  }

  /** Whether there is a plan for so many taps along each axis. */
  public static boolean suits(int taps) {
    return taps == 3 || taps == 5;
  }

  /** The results of a tile along each axis. */
  public static int outputs(int taps) {
    return TILE + 1 - taps;
  }

  /** The tiles that so many results along an axis take. */
  public static int tiles(int positions, int taps) {
    return (positions + outputs(taps) - 1) / outputs(taps);
  }

  /** How many products of a channel and a filter there are for one of plain filtering. */
  public static double cost(int taps, int tiles, int positions) {
    return (double) POINTS * tiles / (taps * taps * positions);
  }

  /** The matrix G: row i is a multiple of the powers of point i. */
  private static float[][] fromTaps(int taps) {
    double[] points = {0, NEAR, -NEAR, FAR, -FAR};
    float[][] matrix = new float[TILE][taps];
    for (int i = 0; i < points.length; i++) {
      double value = 1;
      for (int j = 0; j < points.length; j++) {
        value /= i == j ? 1 : points[i] - points[j];
      }
      for (int tap = 0; tap < taps; tap++, value *= points[i]) {
        matrix[i][tap] = (float) value;
      }
    }
    matrix[TILE - 1][taps - 1] = 1;
    return matrix;
  }

  private static float[][] transposed(float[][] matrix) {
    float[][] transposed = new float[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < transposed.length; j++) {
        transposed[j][i] = matrix[i][j];
      }
    }
    return transposed;
  }

  /** The shape of a block's transformed elements. */
  public Shape elements() {
    return elements;
  }

  /** The shape of a block's results before their transform. */
  public Shape results() {
    return results;
  }

  /** The shape of a transformed kernel. */
  public Shape panels() {
    return panels;
  }

  /** The shape of what all methods need beside. */
  public Shape work() {
    return work;
  }

  /**
   * Transforms a kernel {@code (taps, taps, channels, filters)}.
   *
   * @param transposed whether it is for {@link #multiplyTransposed}
   */
  public void pack(Tensor kernel, boolean transposed, Tensor panels, Tensor work) {
    checkKernel(kernel, panels, work);
    int line = taps * matrix;
    int lines = work.offset();
    int points = lines + TILE * line;
    int rows = transposed ? filters : channels;
    for (int i = 0; i < TILE; i++) {
      combine(fromTaps[i], kernel.data(), kernel.offset(), work.data(), lines, line);
      for (int j = 0; j < TILE; j++) {
        int to = panels.offset() + (i * TILE + j) * matrix;
        combine(fromTaps[j], work.data(), lines, work.data(), points, matrix);
        PRODUCTS.pack(
            rows, matrix / rows, work.data(), points, filters, transposed, panels.data(), to);
      }
    }
  }

  /** Adds what {@link #addTransposed} summed up to the kernel's gradient. */
  public void unpack(Tensor sums, Tensor kernel, Tensor work) {
    checkKernel(kernel, sums, work);
    int line = taps * matrix;
    int lines = work.offset();
    int result = lines + TILE * line;
    for (int i = 0; i < TILE; i++) {
      int from = sums.offset() + i * TILE * matrix;
      for (int tap = 0; tap < taps; tap++) {
        int to = lines + i * line + tap * matrix;
        combine(toTaps[tap], sums.data(), from, work.data(), to, matrix);
      }
    }
    for (int tap = 0; tap < taps; tap++) {
      int to = kernel.offset() + tap * line;
      combine(toTaps[tap], work.data(), lines, work.data(), result, line);
      Maths.KERNELS.addScaled(1, work.data(), result, kernel.data(), to, line);
    }
  }

  private void checkKernel(Tensor kernel, Tensor panels, Tensor work) {
    boolean fits = kernel.size() == taps * taps * matrix && panels.shape().equals(this.panels);
    if (!fits || !work.shape().equals(this.work)) {
      throw new IllegalArgumentException(
          "a kernel %s does not fit panels %s".formatted(kernel.shape(), panels.shape()));
    }
  }

  /** y = sum over k of factors[k] times the kth of several arrays of n elements, one by one. */
  private static void combine(float[] factors, float[] x, int xo, float[] y, int yo, int n) {
    Maths.KERNELS.scale(factors[0], x, xo, y, yo, n);
    for (int k = 1; k < factors.length; k++) {
      if (factors[k] != 0) {
        Maths.KERNELS.addScaled(factors[k], x, xo + k * n, y, yo, n);
      }
    }
  }

  /**
   * Transforms the elements that a strip of tiles sees.
   *
   * @param line the distance between lines of the image
   * @param strip its number in the block
   */
  public void transform(float[] x, int xo, int line, int strip, Tensor elements, Tensor work) {
    int width = (across * outputs + taps - 1) * channels;
    check(
        x,
        xo,
        line,
        TILE,
        width,
        elements,
        this.elements,
        strip * across * channels,
        across * channels,
        work);
    int step = elements.columns();
    float[] lines = work.data();
    int at = work.offset();
    KERNELS.toPoints(1, width, x, xo, line, 0, lines, at, width, 0);
    int to = elements.offset() + strip * across * channels;
    for (int i = 0; i < TILE; i++) {
      KERNELS.toPoints(
          across,
          channels,
          lines,
          at + i * width,
          channels,
          outputs * channels,
          elements.data(),
          to + i * TILE * step,
          step,
          channels);
    }
  }

  /** Multiplies a block's elements with a transformed kernel. */
  public void multiply(Tensor elements, Tensor panels, Tensor results) {
    checkBlock(elements, panels, results);
    multiply(elements, channels, panels, results, filters);
  }

  /** Multiplies the gradients of a block's results with a kernel that was packed for this. */
  public void multiplyTransposed(Tensor results, Tensor panels, Tensor elements) {
    checkBlock(elements, panels, results);
    multiply(results, filters, panels, elements, channels);
  }

  private void multiply(Tensor a, int inner, Tensor panels, Tensor y, int columns) {
    for (int k = 0; k < POINTS; k++) {
      PRODUCTS.multiply(
          tiles,
          columns,
          inner,
          a.data(),
          a.offset() + k * a.columns(),
          inner,
          panels.data(),
          panels.offset() + k * matrix,
          zeros,
          0,
          0,
          y.data(),
          y.offset() + k * y.columns(),
          columns);
    }
  }

  /** Writes the lines of results of a strip of tiles. */
  public void finish(Tensor results, int strip, float[] y, int yo, int line, Tensor work) {
    int width = across * filters;
    check(
        y,
        yo,
        line,
        outputs,
        across * outputs * filters,
        results,
        this.results,
        strip * width,
        width,
        work);
    int step = results.columns();
    float[] lines = work.data();
    int at = work.offset();
    int from = results.offset() + strip * width;
    for (int i = 0; i < TILE; i++) {
      KERNELS.fromPoints(
          outputs,
          1,
          width,
          results.data(),
          from + i * step,
          TILE * step,
          0,
          lines,
          at + i * width,
          TILE * width,
          0);
    }
    for (int i = 0; i < outputs; i++) {
      KERNELS.fromPoints(
          outputs,
          across,
          filters,
          lines,
          at + i * TILE * width,
          width,
          filters,
          y,
          yo + i * line,
          filters,
          outputs * filters);
    }
  }

  /** Transforms the gradient of the results of a strip of tiles. */
  public void transformGradient(
      float[] dy, int yo, int line, int strip, Tensor results, Tensor work) {
    int width = across * outputs * filters;
    check(
        dy,
        yo,
        line,
        outputs,
        width,
        results,
        this.results,
        strip * across * filters,
        across * filters,
        work);
    int step = results.columns();
    float[] lines = work.data();
    int at = work.offset();
    KERNELS.spread(outputs, 1, width, dy, yo, line, 0, lines, at, width, 0);
    int to = results.offset() + strip * across * filters;
    for (int i = 0; i < TILE; i++) {
      KERNELS.spread(
          outputs,
          across,
          filters,
          lines,
          at + i * width,
          filters,
          outputs * filters,
          results.data(),
          to + i * TILE * step,
          step,
          filters);
    }
  }

  /** Adds the gradients of the elements that a strip of tiles sees, where tiles overlap all. */
  public void finishGradient(
      Tensor elements, int strip, float[] dx, int xo, int line, Tensor work) {
    int width = (across * outputs + taps - 1) * channels;
    int start = strip * across * channels;
    check(dx, xo, line, TILE, width, elements, this.elements, start, across * channels, work);
    int step = elements.columns();
    float[] lines = work.data();
    int at = work.offset();
    Arrays.fill(lines, at, at + TILE * width, 0);
    for (int i = 0; i < TILE; i++) {
      KERNELS.gather(
          across,
          channels,
          elements.data(),
          elements.offset() + start + i * TILE * step,
          step,
          channels,
          lines,
          at + i * width,
          channels,
          outputs * channels);
    }
    KERNELS.gather(1, width, lines, at, width, 0, dx, xo, line, 0);
  }

  /**
   * Adds the products of a block's elements and gradients to the sums for each point, from which
   * {@link #unpack} makes the gradient of a kernel.
   */
  public void addTransposed(Tensor elements, Tensor results, Tensor sums) {
    checkBlock(elements, sums, results);
    for (int k = 0; k < POINTS; k++) {
      PRODUCTS.addTransposed(
          channels,
          filters,
          tiles,
          elements.data(),
          elements.offset() + k * elements.columns(),
          channels,
          results.data(),
          results.offset() + k * results.columns(),
          filters,
          sums.data(),
          sums.offset() + k * matrix,
          filters);
    }
  }

  private void checkBlock(Tensor elements, Tensor panels, Tensor results) {
    if (!elements.shape().equals(this.elements)
        || !panels.shape().equals(this.panels)
        || !results.shape().equals(this.results)) {
      throw new IllegalArgumentException(
          "elements %s, panels %s and results %s are not of one plan"
              .formatted(elements.shape(), panels.shape(), results.shape()));
    }
  }

  private void check(
      float[] lines,
      int offset,
      int line,
      int count,
      int width,
      Tensor block,
      Shape expected,
      int start,
      int length,
      Tensor work) {
    Maths.checkRange("Winograd", lines, offset, count, width, line);
    if (!block.shape().equals(expected)
        || !work.shape().equals(this.work)
        || start < 0
        || start + length > block.columns() - GAP) {
      throw new IndexOutOfBoundsException(
          String.format(
              Locale.ROOT, "a strip at %d is outside of a block %s", start, block.shape()));
    }
  }
}
