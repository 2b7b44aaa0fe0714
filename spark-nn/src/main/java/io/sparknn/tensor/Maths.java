package io.sparknn.tensor;

import dev.ludovic.netlib.blas.BLAS;
import java.util.Arrays;
import java.util.Locale;

/**
 * Arithmetic on tensors and on parts of arrays: the one place that checks arguments before a kernel
 * or the BLAS runs on them.
 *
 * <p>Methods on {@link Tensor} come first. A matrix is any tensor, seen as {@link Tensor#rows()} by
 * {@link Tensor#columns()}, so that all axes but the last are taken together. Elementwise methods
 * ask for equal sizes, not for equal shapes. Methods on arrays take an offset after each array and
 * work on {@code n} elements, or on a matrix, from there; they exist for loops that would otherwise
 * create a tensor for each step.
 *
 * <p>A destination may be one of the sources, but must not overlap one in any other way. The
 * destination of a matrix product or of a sum over rows must not be a source at all. NaN in any
 * element that a result depends on makes the result NaN.
 *
 * <p>Every method throws {@link IllegalArgumentException} if sizes do not fit together, and {@link
 * IndexOutOfBoundsException} if a range leaves its array; both name the operation and what it
 * received.
 */
public final class Maths {
  /** Of all facades of this package. */
  static final Kernels KERNELS = KernelProvider.choose();

  private Maths() {}

  /** What computes here, such as {@code OpenBLAS 0.3.31 (embedded), Vector API 512 bit}. */
  public static String describe() {
    return Blas.describe() + ", " + KERNELS.name();
  }

  // Matrix products

  /** c = a &middot; b for matrices [m, k], [k, n] and [m, n]. */
  public static void multiply(Tensor a, Tensor b, Tensor c) {
    multiply(a, false, b, false, c, 0f);
  }

  /**
   * c = op(a) &middot; op(b) + beta c, where op transposes its matrix if so told. With beta 0 the
   * old values of c are not read. No rows are no work.
   */
  public static void multiply(
      Tensor a, boolean transposeA, Tensor b, boolean transposeB, Tensor c, float beta) {
    int m = transposeA ? a.columns() : a.rows();
    int k = transposeA ? a.rows() : a.columns();
    int n = transposeB ? b.rows() : b.columns();
    int inner = transposeB ? b.columns() : b.rows();
    if (k != inner || c.rows() != m || c.columns() != n) {
      throw new IllegalArgumentException(
          "multiply takes matrices [m, k], [k, n] and [m, n]; received %s%s, %s%s and %s"
              .formatted(
                  a.shape(),
                  transposeA ? " transposed" : "",
                  b.shape(),
                  transposeB ? " transposed" : "",
                  c.shape()));
    }
    multiply(
        m,
        n,
        k,
        a.data(),
        a.offset(),
        transposeA,
        b.data(),
        b.offset(),
        transposeB,
        beta,
        c.data(),
        c.offset());
  }

  /**
   * c = op(a) &middot; op(b) + beta c on row-major matrices without gaps: op(a) is m by k, op(b) is
   * k by n, c is m by n.
   */
  public static void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      boolean transposeA,
      float[] b,
      int bo,
      boolean transposeB,
      float beta,
      float[] c,
      int co) {
    int lda = transposeA ? m : k;
    int ldb = transposeB ? k : n;
    multiply(m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, 1f, beta, c, co, n);
  }

  /**
   * c = alpha op(a) &middot; op(b) + beta c on row-major matrices: op(a) is m by k, op(b) is k by
   * n, c is m by n. Each is a part of a wider matrix: its rows, as they are stored, start {@code
   * lda}, {@code ldb} and {@code ldc} elements apart. With beta 0 the old values of c are not read.
   */
  public static void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      boolean transposeA,
      float[] b,
      int bo,
      int ldb,
      boolean transposeB,
      float alpha,
      float beta,
      float[] c,
      int co,
      int ldc) {
    checkRange("multiply", a, ao, transposeA ? k : m, transposeA ? m : k, lda);
    checkRange("multiply", b, bo, transposeB ? n : k, transposeB ? k : n, ldb);
    checkRange("multiply", c, co, m, n, ldc);
    BLAS blas = Blas.instance();
    if (transposeA && !transposeB && LongProduct.isFaster(m, n, k)) {
      LongProduct.multiply(blas, m, n, k, a, ao, lda, b, bo, ldb, alpha, beta, c, co, ldc);
      return;
    }
    multiply(
        blas, m, n, k, a, ao, lda, transposeA, b, bo, ldb, transposeB, alpha, beta, c, co, ldc);
  }

  /** The product on a library of the caller's choice, unchecked. */
  static void multiply(
      BLAS blas,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int lda,
      boolean transposeA,
      float[] b,
      int bo,
      int ldb,
      boolean transposeB,
      float alpha,
      float beta,
      float[] c,
      int co,
      int ldc) {
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      for (int i = 0; i < m; i++) {
        scaleOrClear(beta, c, co + i * ldc, n);
      }
      return;
    }
    // BLAS counts by columns, so it is asked for the transposed product: c' = op(b)' op(a)'.
    String first = transposeB ? "T" : "N";
    String second = transposeA ? "T" : "N";
    blas.sgemm(first, second, n, m, k, alpha, b, bo, ldb, a, ao, lda, beta, c, co, ldc);
  }

  private static void scaleOrClear(float beta, float[] c, int co, int n) {
    if (beta == 0f) {
      Arrays.fill(c, co, co + n, 0f);
    } else {
      KERNELS.scale(beta, c, co, c, co, n);
    }
  }

  // Arithmetic on tensors

  /** y = value in every element. */
  public static void fill(Tensor y, float value) {
    Arrays.fill(y.data(), y.offset(), y.offset() + y.size(), value);
  }

  /** y = x. */
  public static void copy(Tensor x, Tensor y) {
    int n = checkSameSize("copy", x, y);
    if (x.data() == y.data() && x.offset() == y.offset()) {
      return;
    }
    System.arraycopy(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** y = a + b. */
  public static void add(Tensor a, Tensor b, Tensor y) {
    int n = checkSameSize("add", a, b, y);
    KERNELS.add(a.data(), a.offset(), b.data(), b.offset(), y.data(), y.offset(), n);
  }

  /** y = a - b. */
  public static void subtract(Tensor a, Tensor b, Tensor y) {
    int n = checkSameSize("subtract", a, b, y);
    KERNELS.subtract(a.data(), a.offset(), b.data(), b.offset(), y.data(), y.offset(), n);
  }

  /** y = the greater of a and b, element by element. */
  public static void maximum(Tensor a, Tensor b, Tensor y) {
    int n = checkSameSize("maximum", a, b, y);
    KERNELS.maximum(a.data(), a.offset(), b.data(), b.offset(), y.data(), y.offset(), n);
  }

  /** y = the lesser of a and b, element by element. */
  public static void minimum(Tensor a, Tensor b, Tensor y) {
    int n = checkSameSize("minimum", a, b, y);
    KERNELS.minimum(a.data(), a.offset(), b.data(), b.offset(), y.data(), y.offset(), n);
  }

  /**
   * da = 0 where a &lt; b, dy elsewhere: what {@link #maximum} passes back to a, and {@link
   * #minimum}, asked with a and b exchanged, to b.
   */
  public static void maskGreater(Tensor a, Tensor b, Tensor dy, Tensor da) {
    int n = checkSameSize("maskGreater", a, b, dy);
    checkSameSize("maskGreater", a, da);
    KERNELS.maskGreater(
        a.data(),
        a.offset(),
        b.data(),
        b.offset(),
        dy.data(),
        dy.offset(),
        da.data(),
        da.offset(),
        n);
  }

  /** da = dy where a &lt; b, 0 elsewhere: where {@link #maskGreater} passes nothing. */
  public static void maskLess(Tensor a, Tensor b, Tensor dy, Tensor da) {
    int n = checkSameSize("maskLess", a, b, dy);
    checkSameSize("maskLess", a, da);
    KERNELS.maskLess(
        a.data(),
        a.offset(),
        b.data(),
        b.offset(),
        dy.data(),
        dy.offset(),
        da.data(),
        da.offset(),
        n);
  }

  /** y = a * b, element by element. */
  public static void multiplyElements(Tensor a, Tensor b, Tensor y) {
    int n = checkSameSize("multiplyElements", a, b, y);
    KERNELS.multiply(a.data(), a.offset(), b.data(), b.offset(), y.data(), y.offset(), n);
  }

  /** y = alpha x. */
  public static void scale(float alpha, Tensor x, Tensor y) {
    int n = checkSameSize("scale", x, y);
    KERNELS.scale(alpha, x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** y = y + alpha x. */
  public static void addScaled(float alpha, Tensor x, Tensor y) {
    int n = checkSameSize("addScaled", x, y);
    KERNELS.addScaled(alpha, x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** The sum of all elements. */
  public static double sum(Tensor x) {
    return KERNELS.sum(x.data(), x.offset(), x.size());
  }

  /** The sum of all products of elements. */
  public static double dot(Tensor a, Tensor b) {
    int n = checkSameSize("dot", a, b);
    return KERNELS.dot(a.data(), a.offset(), b.data(), b.offset(), n);
  }

  /** The greatest element. */
  public static float max(Tensor x) {
    return max(x.data(), x.offset(), x.size());
  }

  // Arithmetic on parts of arrays

  /** y = a + b. */
  public static void add(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    checkRange("add", a, ao, n);
    checkRange("add", b, bo, n);
    checkRange("add", y, yo, n);
    KERNELS.add(a, ao, b, bo, y, yo, n);
  }

  /** y = a * b, element by element. */
  public static void multiplyElements(
      float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    checkRange("multiplyElements", a, ao, n);
    checkRange("multiplyElements", b, bo, n);
    checkRange("multiplyElements", y, yo, n);
    KERNELS.multiply(a, ao, b, bo, y, yo, n);
  }

  /** y = alpha x. */
  public static void scale(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    checkRange("scale", x, xo, n);
    checkRange("scale", y, yo, n);
    KERNELS.scale(alpha, x, xo, y, yo, n);
  }

  /** y = y + alpha x. */
  public static void addScaled(float alpha, float[] x, int xo, float[] y, int yo, int n) {
    checkRange("addScaled", x, xo, n);
    checkRange("addScaled", y, yo, n);
    KERNELS.addScaled(alpha, x, xo, y, yo, n);
  }

  /** y = y + a * b, element by element. */
  public static void addProducts(float[] a, int ao, float[] b, int bo, float[] y, int yo, int n) {
    checkRange("addProducts", a, ao, n);
    checkRange("addProducts", b, bo, n);
    checkRange("addProducts", y, yo, n);
    KERNELS.addProducts(a, ao, b, bo, y, yo, n);
  }

  /** The sum of n elements. */
  public static double sum(float[] x, int xo, int n) {
    checkRange("sum", x, xo, n);
    return KERNELS.sum(x, xo, n);
  }

  /** The sum of n products of elements. */
  public static double dot(float[] a, int ao, float[] b, int bo, int n) {
    checkRange("dot", a, ao, n);
    checkRange("dot", b, bo, n);
    return KERNELS.dot(a, ao, b, bo, n);
  }

  /** The greatest of n elements. */
  public static float max(float[] x, int xo, int n) {
    checkRange("max", x, xo, n);
    if (n == 0) {
      throw new IllegalArgumentException("max takes at least one element; received none");
    }
    return KERNELS.max(x, xo, n);
  }

  // Matrices and vectors

  /** y[r, c] = x[r, c] + v[c]: a bias. */
  public static void addToRows(Tensor x, Tensor v, Tensor y) {
    checkSameSize("addToRows", x, y);
    checkColumns("addToRows", x, v);
    KERNELS.addToRows(
        x.data(), x.offset(), v.data(), v.offset(), y.data(), y.offset(), x.rows(), x.columns());
  }

  /** y[r, c] = x[r, c] + v[c]: a bias. */
  public static void addToRows(
      float[] x, int xo, float[] v, int vo, float[] y, int yo, int rows, int columns) {
    checkRange("addToRows", x, xo, rows, columns);
    checkRange("addToRows", v, vo, columns);
    checkRange("addToRows", y, yo, rows, columns);
    KERNELS.addToRows(x, xo, v, vo, y, yo, rows, columns);
  }

  /** y[r, c] = x[r, c] * scale[c] + shift[c]. */
  public static void affineRows(Tensor x, Tensor scale, Tensor shift, Tensor y) {
    checkSameSize("affineRows", x, y);
    checkColumns("affineRows", x, scale);
    checkColumns("affineRows", x, shift);
    KERNELS.affineRows(
        x.data(),
        x.offset(),
        scale.data(),
        scale.offset(),
        shift.data(),
        shift.offset(),
        y.data(),
        y.offset(),
        x.rows(),
        x.columns());
  }

  /** y[c] = y[c] + the sum over r of x[r, c]. */
  public static void sumRows(Tensor x, Tensor y) {
    checkColumns("sumRows", x, y);
    KERNELS.sumRows(x.data(), x.offset(), y.data(), y.offset(), x.rows(), x.columns());
  }

  /** y[c] = y[c] + the sum over r of x[r, c]. */
  public static void sumRows(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    checkRange("sumRows", x, xo, rows, columns);
    checkRange("sumRows", y, yo, columns);
    KERNELS.sumRows(x, xo, y, yo, rows, columns);
  }

  /**
   * y = alpha * the sum of the rows of a table that stand in {@code rows} from place {@code from}
   * to before {@code to}.
   */
  public static void sumOfRows(
      float alpha, Tensor table, int[] rows, int from, int to, float[] y, int yo) {
    int columns = table.columns();
    checkRange("sumOfRows", y, yo, columns);
    int last = table.rows() - 1;
    int sign = 0;
    for (int i = from; i < to; i++) {
      sign |= rows[i] | (last - rows[i]);
    }
    if (sign < 0) {
      throw new IndexOutOfBoundsException(
          String.format(
              Locale.ROOT, "sumOfRows takes rows 0 to %d of a table; received others", last));
    }
    KERNELS.sumOfRows(alpha, table.data(), table.offset(), rows, from, to, y, yo, columns);
  }

  /**
   * rows = x, which must be whole numbers from 0 to before {@code end}.
   *
   * @return whether all are; if not, rows may hold anything
   */
  public static boolean indices(Tensor x, int[] rows, int end) {
    if (rows.length < x.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "indices takes a place for each of %d elements; received %d",
              x.size(),
              rows.length));
    }
    return KERNELS.indices(x.data(), x.offset(), rows, x.size(), end);
  }

  /** y[c] = y[c] + the sum over r of a[r, c] * b[r, c]. */
  public static void dotRows(Tensor a, Tensor b, Tensor y) {
    checkSameSize("dotRows", a, b);
    checkColumns("dotRows", a, y);
    KERNELS.dotRows(
        a.data(), a.offset(), b.data(), b.offset(), y.data(), y.offset(), a.rows(), a.columns());
  }

  // Normalisation

  /**
   * Row by row, y = (x - mean) / sqrt(variance + epsilon).
   *
   * @param inverseDeviation one element for each row: receives 1 / sqrt(variance + epsilon)
   */
  public static void normalizeRows(Tensor x, float epsilon, Tensor y, Tensor inverseDeviation) {
    checkSameSize("normalizeRows", x, y);
    checkRows("normalizeRows", x, inverseDeviation);
    KERNELS.normalizeRows(
        x.data(),
        x.offset(),
        epsilon,
        y.data(),
        y.offset(),
        inverseDeviation.data(),
        inverseDeviation.offset(),
        x.rows(),
        x.columns());
  }

  /**
   * Row by row, dx = inverseDeviation * (dy - the mean of dy - y * the mean of dy * y), where y is
   * the normalised row.
   */
  public static void normalizeRowsGradient(
      Tensor y, Tensor dy, Tensor inverseDeviation, Tensor dx) {
    checkSameSize("normalizeRowsGradient", y, dy, dx);
    checkRows("normalizeRowsGradient", y, inverseDeviation);
    KERNELS.normalizeRowsGradient(
        y.data(),
        y.offset(),
        dy.data(),
        dy.offset(),
        inverseDeviation.data(),
        inverseDeviation.offset(),
        dx.data(),
        dx.offset(),
        y.rows(),
        y.columns());
  }

  // Softmax

  /** y = e^(x - max x) / (the sum of e^(x - max x)), row by row. */
  public static void softmax(Tensor x, Tensor y) {
    checkSameSize("softmax", x, y);
    KERNELS.softmaxRows(x.data(), x.offset(), y.data(), y.offset(), x.rows(), x.columns());
  }

  /** y = e^(x - max x) / (the sum of e^(x - max x)), row by row. */
  public static void softmax(float[] x, int xo, float[] y, int yo, int rows, int columns) {
    checkRange("softmax", x, xo, rows, columns);
    checkRange("softmax", y, yo, rows, columns);
    KERNELS.softmaxRows(x, xo, y, yo, rows, columns);
  }

  /** dx = y * (dy - the row's sum of dy * y), where y is the softmax. */
  public static void softmaxGradient(Tensor y, Tensor dy, Tensor dx) {
    checkSameSize("softmaxGradient", y, dy, dx);
    KERNELS.softmaxRowsGradient(
        y.data(),
        y.offset(),
        dy.data(),
        dy.offset(),
        dx.data(),
        dx.offset(),
        y.rows(),
        y.columns());
  }

  /** dx = y * (dy - the row's sum of dy * y), where y is the softmax. */
  public static void softmaxGradient(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int rows, int columns) {
    checkRange("softmaxGradient", y, yo, rows, columns);
    checkRange("softmaxGradient", dy, dyo, rows, columns);
    checkRange("softmaxGradient", dx, dxo, rows, columns);
    KERNELS.softmaxRowsGradient(y, yo, dy, dyo, dx, dxo, rows, columns);
  }

  /** y = x - max x - ln(the sum of e^(x - max x)), row by row: the logarithm of the softmax. */
  public static void logSoftmax(Tensor x, Tensor y) {
    checkSameSize("logSoftmax", x, y);
    KERNELS.logSoftmaxRows(x.data(), x.offset(), y.data(), y.offset(), x.rows(), x.columns());
  }

  /** dx = dy - e^y * the row's sum of dy, where y is the logarithm of the softmax. */
  public static void logSoftmaxGradient(Tensor y, Tensor dy, Tensor dx) {
    checkSameSize("logSoftmaxGradient", y, dy, dx);
    KERNELS.logSoftmaxRowsGradient(
        y.data(),
        y.offset(),
        dy.data(),
        dy.offset(),
        dx.data(),
        dx.offset(),
        y.rows(),
        y.columns());
  }

  // Functions of one element

  /** y = e^x. */
  public static void exp(Tensor x, Tensor y) {
    int n = checkSameSize("exp", x, y);
    KERNELS.exp(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /**
   * y = max(x, slope x): the rectifier, leaky if the slope is not 0.
   *
   * @param slope at least 0 and below 1
   */
  public static void relu(float slope, Tensor x, Tensor y) {
    if (!(slope >= 0f && slope < 1f)) {
      throw new IllegalArgumentException("relu takes a slope in [0, 1); received " + slope);
    }
    int n = checkSameSize("relu", x, y);
    KERNELS.relu(slope, x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = dy where y &gt; 0, slope dy elsewhere. */
  public static void reluGradient(float slope, Tensor y, Tensor dy, Tensor dx) {
    int n = checkSameSize("reluGradient", y, dy, dx);
    KERNELS.reluGradient(
        slope, y.data(), y.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** y = slope x + shift, but at least 0 and at most top. */
  public static void ramp(float slope, float shift, float top, Tensor x, Tensor y) {
    int n = checkSameSize("ramp", x, y);
    KERNELS.ramp(slope, shift, top, x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = slope dy where 0 &lt; y &lt; top, 0 elsewhere. */
  public static void rampGradient(float slope, float top, Tensor y, Tensor dy, Tensor dx) {
    int n = checkSameSize("rampGradient", y, dy, dx);
    KERNELS.rampGradient(
        slope, top, y.data(), y.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** y = slope x where x &gt; 0, alpha (e^x - 1) elsewhere. */
  public static void elu(float slope, float alpha, Tensor x, Tensor y) {
    int n = checkSameSize("elu", x, y);
    KERNELS.elu(slope, alpha, x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = slope dy where y &gt; 0, dy (y + alpha) elsewhere. */
  public static void eluGradient(float slope, float alpha, Tensor y, Tensor dy, Tensor dx) {
    int n = checkSameSize("eluGradient", y, dy, dx);
    KERNELS.eluGradient(
        slope, alpha, y.data(), y.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** y = 1 / (1 + e^-x). */
  public static void sigmoid(Tensor x, Tensor y) {
    int n = checkSameSize("sigmoid", x, y);
    KERNELS.sigmoid(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** y = 1 / (1 + e^-x). */
  public static void sigmoid(float[] x, int xo, float[] y, int yo, int n) {
    checkRange("sigmoid", x, xo, n);
    checkRange("sigmoid", y, yo, n);
    KERNELS.sigmoid(x, xo, y, yo, n);
  }

  /** dx = dy y (1 - y). */
  public static void sigmoidGradient(Tensor y, Tensor dy, Tensor dx) {
    int n = checkSameSize("sigmoidGradient", y, dy, dx);
    KERNELS.sigmoidGradient(
        y.data(), y.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** dx = dy y (1 - y). */
  public static void sigmoidGradient(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    checkRange("sigmoidGradient", y, yo, n);
    checkRange("sigmoidGradient", dy, dyo, n);
    checkRange("sigmoidGradient", dx, dxo, n);
    KERNELS.sigmoidGradient(y, yo, dy, dyo, dx, dxo, n);
  }

  /** y = tanh x. */
  public static void tanh(Tensor x, Tensor y) {
    int n = checkSameSize("tanh", x, y);
    KERNELS.tanh(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** y = tanh x. */
  public static void tanh(float[] x, int xo, float[] y, int yo, int n) {
    checkRange("tanh", x, xo, n);
    checkRange("tanh", y, yo, n);
    KERNELS.tanh(x, xo, y, yo, n);
  }

  /** dx = dy (1 - y^2). */
  public static void tanhGradient(Tensor y, Tensor dy, Tensor dx) {
    int n = checkSameSize("tanhGradient", y, dy, dx);
    KERNELS.tanhGradient(y.data(), y.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** dx = dy (1 - y^2). */
  public static void tanhGradient(
      float[] y, int yo, float[] dy, int dyo, float[] dx, int dxo, int n) {
    checkRange("tanhGradient", y, yo, n);
    checkRange("tanhGradient", dy, dyo, n);
    checkRange("tanhGradient", dx, dxo, n);
    KERNELS.tanhGradient(y, yo, dy, dyo, dx, dxo, n);
  }

  /** y = ln(1 + e^x). */
  public static void softplus(Tensor x, Tensor y) {
    int n = checkSameSize("softplus", x, y);
    KERNELS.softplus(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = dy (1 - e^-y). */
  public static void softplusGradient(Tensor y, Tensor dy, Tensor dx) {
    int n = checkSameSize("softplusGradient", y, dy, dx);
    KERNELS.softplusGradient(
        y.data(), y.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** y = x sigmoid(x): the sigmoid linear unit, or swish. */
  public static void silu(Tensor x, Tensor y) {
    int n = checkSameSize("silu", x, y);
    KERNELS.silu(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = dy s (1 + x (1 - s)), with s = sigmoid(x). */
  public static void siluGradient(Tensor x, Tensor dy, Tensor dx) {
    int n = checkSameSize("siluGradient", x, dy, dx);
    KERNELS.siluGradient(x.data(), x.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** y = x tanh(softplus(x)). */
  public static void mish(Tensor x, Tensor y) {
    int n = checkSameSize("mish", x, y);
    KERNELS.mish(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = dy times the derivative of {@link #mish} at x. */
  public static void mishGradient(Tensor x, Tensor dy, Tensor dx) {
    int n = checkSameSize("mishGradient", x, dy, dx);
    KERNELS.mishGradient(x.data(), x.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** y = x / 2 (1 + erf(x / sqrt(2))): the Gaussian error linear unit. */
  public static void gelu(Tensor x, Tensor y) {
    int n = checkSameSize("gelu", x, y);
    KERNELS.gelu(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = dy times the derivative of {@link #gelu} at x. */
  public static void geluGradient(Tensor x, Tensor dy, Tensor dx) {
    int n = checkSameSize("geluGradient", x, dy, dx);
    KERNELS.geluGradient(x.data(), x.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** y = x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))): the tanh form of the GELU. */
  public static void geluTanh(Tensor x, Tensor y) {
    int n = checkSameSize("geluTanh", x, y);
    KERNELS.geluTanh(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = dy times the derivative of {@link #geluTanh} at x. */
  public static void geluTanhGradient(Tensor x, Tensor dy, Tensor dx) {
    int n = checkSameSize("geluTanhGradient", x, dy, dx);
    KERNELS.geluTanhGradient(
        x.data(), x.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  /** y = x / (1 + |x|). */
  public static void softsign(Tensor x, Tensor y) {
    int n = checkSameSize("softsign", x, y);
    KERNELS.softsign(x.data(), x.offset(), y.data(), y.offset(), n);
  }

  /** dx = dy (1 - |y|)^2. */
  public static void softsignGradient(Tensor y, Tensor dy, Tensor dx) {
    int n = checkSameSize("softsignGradient", y, dy, dx);
    KERNELS.softsignGradient(
        y.data(), y.offset(), dy.data(), dy.offset(), dx.data(), dx.offset(), n);
  }

  // Pooling and noise

  /**
   * Where x &gt; y or x is NaN: y = x and winner = index. Starting from -infinity, y becomes the
   * maximum of all x and winner the index of the first one that reaches it.
   */
  public static void takeGreater(
      float[] x, int xo, float index, float[] y, int yo, float[] winner, int wo, int n) {
    checkRange("takeGreater", x, xo, n);
    checkRange("takeGreater", y, yo, n);
    checkRange("takeGreater", winner, wo, n);
    KERNELS.takeGreater(x, xo, index, y, yo, winner, wo, n);
  }

  /** Where winner = index: dx = dx + dy. */
  public static void addWhereWinner(
      float[] winner, int wo, float index, float[] dy, int dyo, float[] dx, int dxo, int n) {
    checkRange("addWhereWinner", winner, wo, n);
    checkRange("addWhereWinner", dy, dyo, n);
    checkRange("addWhereWinner", dx, dxo, n);
    KERNELS.addWhereWinner(winner, wo, index, dy, dyo, dx, dxo, n);
  }

  /**
   * Inverted dropout: y[i] = 0 with probability {@code rate}, x[i] / (1 - rate) otherwise. The
   * choice for the i-th element depends on the key and on i only, so the backward pass calls this
   * on the gradient with the same key.
   *
   * @param rate at least 0 and below 1
   */
  public static void dropout(float rate, int key, float[] x, int xo, float[] y, int yo, int n) {
    if (!(rate >= 0f && rate < 1f)) {
      throw new IllegalArgumentException("dropout takes a rate in [0, 1); received " + rate);
    }
    checkRange("dropout", x, xo, n);
    checkRange("dropout", y, yo, n);
    KERNELS.dropout(rate, key, x, xo, y, yo, n);
  }

  /**
   * Standard normal numbers. The i-th depends on the key and on i only, so that the backward pass
   * can draw them again.
   */
  public static void normal(int key, float[] y, int yo, int n) {
    checkRange("normal", y, yo, n);
    KERNELS.normal(key, y, yo, n);
  }

  // Optimisers, on the elements from .. to - 1 of weights w and of state; the gradient of the first
  // is scale * g[go]

  /** v = momentum v + g; w = w - step v, or w - step (g + momentum v) if Nesterov's. */
  public static void momentumStep(
      float step,
      float momentum,
      boolean nesterov,
      float scale,
      float[] g,
      int go,
      float[] v,
      float[] w,
      int from,
      int to) {
    checkRange("momentumStep", g, go, to - from);
    checkRange("momentumStep", v, from, to - from);
    checkRange("momentumStep", w, from, to - from);
    KERNELS.momentumStep(step, momentum, nesterov, scale, g, go, v, w, from, to);
  }

  /**
   * m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = w - step m / (sqrt(v) +
   * epsilon). The caller folds the correction of bias into step and epsilon.
   */
  public static void adamStep(
      float step,
      float beta1,
      float beta2,
      float epsilon,
      float scale,
      float[] g,
      int go,
      float[] m,
      float[] v,
      float[] w,
      int from,
      int to) {
    checkRange("adamStep", g, go, to - from);
    checkRange("adamStep", m, from, to - from);
    checkRange("adamStep", v, from, to - from);
    checkRange("adamStep", w, from, to - from);
    KERNELS.adamStep(step, beta1, beta2, epsilon, scale, g, go, m, v, w, from, to);
  }

  // Checks

  static int checkSameSize(String operation, Tensor a, Tensor b) {
    int n = a.size();
    if (n != b.size()) {
      throw new IllegalArgumentException(
          "%s takes tensors of one size; received %s and %s"
              .formatted(operation, a.shape(), b.shape()));
    }
    return n;
  }

  static int checkSameSize(String operation, Tensor a, Tensor b, Tensor c) {
    int n = a.size();
    if (n != b.size() || n != c.size()) {
      throw new IllegalArgumentException(
          "%s takes tensors of one size; received %s, %s and %s"
              .formatted(operation, a.shape(), b.shape(), c.shape()));
    }
    return n;
  }

  private static void checkColumns(String operation, Tensor matrix, Tensor vector) {
    if (matrix.columns() != vector.size()) {
      throw new IllegalArgumentException(
          "%s takes a vector as long as the matrix has columns; received %s and %s"
              .formatted(operation, matrix.shape(), vector.shape()));
    }
  }

  private static void checkRows(String operation, Tensor matrix, Tensor vector) {
    if (matrix.rows() != vector.size()) {
      throw new IllegalArgumentException(
          "%s takes a vector as long as the matrix has rows; received %s and %s"
              .formatted(operation, matrix.shape(), vector.shape()));
    }
  }

  static void checkRange(String operation, float[] data, int offset, int n) {
    if (n < 0 || offset < 0 || offset > data.length - n) {
      throw new IndexOutOfBoundsException(
          String.format(
              Locale.ROOT,
              "%s takes ranges inside their arrays; received %d elements from offset %d in an array of %d",
              operation,
              n,
              offset,
              data.length));
    }
  }

  static void checkRange(String operation, float[] data, int offset, int rows, int columns) {
    checkRange(operation, data, offset, rows, columns, columns);
  }

  /** Rows that start {@code stride} elements apart; after the last one nothing need follow. */
  static void checkRange(
      String operation, float[] data, int offset, int rows, int columns, int stride) {
    boolean isEmpty = rows == 0 || columns == 0;
    long end = offset + (isEmpty ? 0 : (long) (rows - 1) * stride + columns);
    if (rows < 0 || columns < 0 || offset < 0 || stride < columns || end > data.length) {
      throw new IndexOutOfBoundsException(
          String.format(
              Locale.ROOT,
              "%s takes matrices inside their arrays; received %d by %d, rows %d apart, from offset %d"
                  + " in an array of %d",
              operation,
              rows,
              columns,
              stride,
              offset,
              data.length));
    }
  }

  /**
   * {@code 1 / sqrt(x)}; not a number where x is infinite, since a row whose squares overflow must
   * not come out as 0.
   */
  public static float inverseRoot(double x) {
    return x < Double.POSITIVE_INFINITY ? (float) (1 / Math.sqrt(x)) : Float.NaN;
  }
}
