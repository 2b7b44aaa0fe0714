package io.sparknn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel of every provider against a plain loop in double precision, at awkward sizes. */
class KernelsTest {
  private static final int[] SIZES = {0, 1, 2, 3, 7, 15, 16, 17, 31, 33, 63, 100, 257, 1000, 5000};
  private static final int[][] MATRICES = {
    {0, 3}, {1, 1}, {2, 3}, {3, 7}, {4, 16}, {5, 17}, {9, 33}, {7, 100}, {64, 31}, {257, 10}
  };
  private static final float[] SPECIAL = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1e20f,
    -1e20f,
    88.7f,
    88.8f,
    -87.4f,
    -103f,
    -105f,
    0.5f,
    -0.5f,
    1e-6f
  };

  /** Written around every destination, and expected there afterwards. */
  private static final float GUARD = 12345.678f;

  /** Below this exponentials, times a number of two digits, are taken for 0. */
  private static final float UNDERFLOW = 2e-36f;

  private static final float ELU_ALPHA = 1.5f;
  private static final float ELU_SLOPE = 1.25f;
  private static final float TOP = 1.5f;
  private static final float SLOPE = 0.1f;
  private static final double GELU = Math.sqrt(2 / Math.PI);

  /** A kernel from x to y. */
  private interface Unary {
    void run(Kernels kernels, float[] x, int xo, float[] y, int yo, int n);
  }

  /** A kernel from two sources to y. */
  private interface Binary {
    void run(Kernels kernels, float[] a, int ao, float[] b, int bo, float[] y, int yo, int n);
  }

  private record UnaryCase(String name, Unary kernel, DoubleUnaryOperator plain) {}

  private record BinaryCase(String name, Binary kernel, DoubleBinaryOperator plain) {}

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double geluTanh(double x) {
    return x * sigmoid(2 * GELU * (x + 0.044715 * x * x * x));
  }

  /** The density of the standard normal distribution. */
  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /**
   * The probability that a standard normal number is at most x: a series about 0, a continued
   * fraction far to the left.
   */
  private static double probability(double x) {
    if (x > 0) {
      return 1 - probability(-x);
    }
    if (x < -3) {
      double fraction = -x;
      for (int i = 200; i > 0; i--) {
        fraction = -x + i / fraction;
      }
      return density(x) / fraction;
    }
    double term = x;
    double sum = x;
    for (int i = 3; i < 200; i += 2) {
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + density(x) * sum;
  }

  private static double gelu(double x) {
    return Double.isInfinite(x) ? Math.max(x, 0) : x * probability(x);
  }

  private static double mish(double x) {
    return x * Math.tanh(Math.log1p(Math.exp(Math.min(x, 700))));
  }

  private static final List<UnaryCase> UNARY =
      List.of(
          new UnaryCase(
              "scale", (k, x, xo, y, yo, n) -> k.scale(2.5f, x, xo, y, yo, n), x -> 2.5 * x),
          new UnaryCase("exp", Kernels::exp, Math::exp),
          new UnaryCase(
              "relu", (k, x, xo, y, yo, n) -> k.relu(0f, x, xo, y, yo, n), x -> Math.max(x, 0)),
          new UnaryCase(
              "leaky relu",
              (k, x, xo, y, yo, n) -> k.relu(SLOPE, x, xo, y, yo, n),
              x -> Math.max(x, SLOPE * x)),
          new UnaryCase(
              "elu",
              (k, x, xo, y, yo, n) -> k.elu(ELU_SLOPE, ELU_ALPHA, x, xo, y, yo, n),
              x -> x > 0 ? ELU_SLOPE * x : ELU_ALPHA * Math.expm1(x)),
          new UnaryCase("sigmoid", Kernels::sigmoid, KernelsTest::sigmoid),
          new UnaryCase("tanh", Kernels::tanh, Math::tanh),
          new UnaryCase(
              "softplus",
              Kernels::softplus,
              x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
          new UnaryCase("silu", Kernels::silu, x -> x * sigmoid(x)),
          new UnaryCase("mish", Kernels::mish, KernelsTest::mish),
          new UnaryCase("gelu", Kernels::gelu, KernelsTest::gelu),
          new UnaryCase("geluTanh", Kernels::geluTanh, KernelsTest::geluTanh),
          new UnaryCase(
              "softsign",
              Kernels::softsign,
              x -> Double.isInfinite(x) ? Math.signum(x) : x / (1 + Math.abs(x))),
          new UnaryCase(
              "ramp",
              (k, x, xo, y, yo, n) -> k.ramp(0.5f, 1f, TOP, x, xo, y, yo, n),
              x -> Math.min(Math.max(0.5 * x + 1, 0), TOP)),
          new UnaryCase(
              "shift", (k, x, xo, y, yo, n) -> k.shift(2.5f, x, xo, y, yo, n), x -> x + 2.5));

  /** Kernels of two sources; for gradients the first is x or y, the second dy. */
  private static final List<BinaryCase> BINARY =
      List.of(
          new BinaryCase("add", Kernels::add, Double::sum),
          new BinaryCase("subtract", Kernels::subtract, (a, b) -> a - b),
          new BinaryCase("multiply", Kernels::multiply, (a, b) -> a * b),
          new BinaryCase("maximum", Kernels::maximum, Math::max),
          new BinaryCase("minimum", Kernels::minimum, Math::min),
          new BinaryCase(
              "maskGreater",
              (k, a, ao, b, bo, y, yo, n) -> k.maskGreater(a, ao, b, bo, b, bo, y, yo, n),
              (a, b) -> a < b ? 0 : b),
          new BinaryCase(
              "maskLess",
              (k, a, ao, b, bo, y, yo, n) -> k.maskLess(a, ao, b, bo, b, bo, y, yo, n),
              (a, b) -> a < b ? b : 0),
          new BinaryCase(
              "subtractExp",
              (k, a, ao, b, bo, y, yo, n) -> k.subtractExp(1.5f, a, ao, b, bo, y, yo, n),
              (y, d) -> d - 1.5 * Math.exp(y)),
          new BinaryCase(
              "normalizedGradient",
              (k, a, ao, b, bo, y, yo, n) ->
                  k.normalizedGradient(2.5f, 0.5f, 1.5f, a, ao, b, bo, y, yo, n),
              (y, d) -> 2.5 * (d - 0.5 - 1.5 * y)),
          new BinaryCase(
              "rampGradient",
              (k, a, ao, b, bo, y, yo, n) -> k.rampGradient(0.5f, TOP, a, ao, b, bo, y, yo, n),
              (y, d) -> y > 0 && y < TOP ? 0.5 * d : 0),
          new BinaryCase(
              "reluGradient",
              (k, a, ao, b, bo, y, yo, n) -> k.reluGradient(SLOPE, a, ao, b, bo, y, yo, n),
              (y, d) -> y > 0 ? d : SLOPE * d),
          new BinaryCase(
              "eluGradient",
              (k, a, ao, b, bo, y, yo, n) ->
                  k.eluGradient(ELU_SLOPE, ELU_ALPHA, a, ao, b, bo, y, yo, n),
              (y, d) -> y > 0 ? ELU_SLOPE * d : d * (y + ELU_ALPHA)),
          new BinaryCase("sigmoidGradient", Kernels::sigmoidGradient, (y, d) -> d * y * (1 - y)),
          new BinaryCase("tanhGradient", Kernels::tanhGradient, (y, d) -> d * (1 - y * y)),
          new BinaryCase(
              "softplusGradient",
              Kernels::softplusGradient,
              (y, d) -> d * -Math.expm1(Math.max(-y, -30))),
          new BinaryCase(
              "siluGradient",
              Kernels::siluGradient,
              (x, d) -> d * sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
          new BinaryCase(
              "mishGradient",
              Kernels::mishGradient,
              (x, d) -> d * derivative(KernelsTest::mish, x)),
          new BinaryCase(
              "geluGradient",
              Kernels::geluGradient,
              (x, d) -> d * (probability(x) + x * density(x))),
          new BinaryCase(
              "geluTanhGradient",
              Kernels::geluTanhGradient,
              (x, d) -> d * derivative(KernelsTest::geluTanh, x)),
          new BinaryCase(
              "softsignGradient",
              Kernels::softsignGradient,
              (y, d) -> d * (1 - Math.abs(y)) * (1 - Math.abs(y))));

  private static double derivative(DoubleUnaryOperator function, double x) {
    double h = 1e-5;
    return (function.applyAsDouble(x + h) - function.applyAsDouble(x - h)) / (2 * h);
  }

  static List<Named<Kernels>> providers() {
    List<Named<Kernels>> providers = new ArrayList<>();
    for (Kernels kernels : List.of(new PlainKernels(), new VectorKernels())) {
      providers.add(Named.of(kernels.name(), kernels));
    }
    return providers;
  }

  private static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (2 * random.nextGaussian());
    }
    return x;
  }

  /** A destination of n cells between guard cells. */
  private static float[] guarded(int before, int n) {
    float[] y = new float[before + n + 3];
    Arrays.fill(y, GUARD);
    return y;
  }

  private static void assertGuards(String name, float[] y, int offset, int n) {
    for (int i = 0; i < y.length; i++) {
      if (i < offset || i >= offset + n) {
        assertEquals(GUARD, y[i], name + " wrote outside of its range at " + i);
      }
    }
  }

  private static void assertClose(String name, double expected, double actual, double tolerance) {
    double allowed = tolerance * Math.max(1, Math.abs(expected));
    assertEquals(expected, actual, allowed, name);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void unary(Kernels kernels) {
    for (UnaryCase test : UNARY) {
      for (int n : SIZES) {
        float[] x = random(n + 5, n);
        float[] y = guarded(2, n);
        test.kernel().run(kernels, x, 3, y, 2, n);
        assertGuards(test.name(), y, 2, n);
        for (int i = 0; i < n; i++) {
          double expected = test.plain().applyAsDouble(x[3 + i]);
          assertClose(test.name() + "(" + x[3 + i] + ")", expected, y[2 + i], 1e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void binary(Kernels kernels) {
    for (BinaryCase test : BINARY) {
      for (int n : SIZES) {
        float[] a = random(n + 5, n);
        float[] b = random(n + 4, n + 1);
        float[] y = guarded(2, n);
        test.kernel().run(kernels, a, 3, b, 1, y, 2, n);
        assertGuards(test.name(), y, 2, n);
        for (int i = 0; i < n; i++) {
          double expected = test.plain().applyAsDouble(a[3 + i], b[1 + i]);
          assertClose(
              test.name() + "(" + a[3 + i] + ", " + b[1 + i] + ")", expected, y[2 + i], 2e-6);
        }
      }
    }
  }

  @Test
  void providersAgreeToTheBit() {
    float[] x = new float[4096 + SPECIAL.length * 16];
    System.arraycopy(random(4096, 1), 0, x, 0, 4096);
    for (int i = 4096; i < x.length; i++) {
      x[i] = SPECIAL[(i - 4096) % SPECIAL.length];
    }
    float[] dy = random(x.length, 2);
    for (int n : new int[] {x.length, x.length - 1, 31}) {
      for (UnaryCase test : UNARY) {
        float[] plain = new float[n];
        float[] vector = new float[n];
        test.kernel().run(new PlainKernels(), x, x.length - n, plain, 0, n);
        test.kernel().run(new VectorKernels(), x, x.length - n, vector, 0, n);
        assertArrayEquals(plain, vector, test.name());
      }
      for (BinaryCase test : BINARY) {
        float[] plain = new float[n];
        float[] vector = new float[n];
        test.kernel().run(new PlainKernels(), x, x.length - n, dy, 0, plain, 0, n);
        test.kernel().run(new VectorKernels(), x, x.length - n, dy, 0, vector, 0, n);
        assertArrayEquals(plain, vector, test.name());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void inPlace(Kernels kernels) {
    for (UnaryCase test : UNARY) {
      float[] x = random(100, 3);
      float[] y = new float[100];
      test.kernel().run(kernels, x, 0, y, 0, 100);
      test.kernel().run(kernels, x, 0, x, 0, 100);
      assertArrayEquals(y, x, test.name());
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void specialValues(Kernels kernels) {
    for (UnaryCase test : UNARY) {
      float[] y = new float[SPECIAL.length];
      test.kernel().run(kernels, SPECIAL, 0, y, 0, SPECIAL.length);
      for (int i = 0; i < y.length; i++) {
        float x = SPECIAL[i];
        double expected = test.plain().applyAsDouble(x);
        String message = test.name() + "(" + x + ")";
        if (x == Float.NEGATIVE_INFINITY && Double.isNaN(expected)) {
          assertEquals(0f, y[i], 0f, message + " tends to 0");
        } else if (Double.isNaN(expected)) {
          assertTrue(Float.isNaN(y[i]), message + " must be NaN, was " + y[i]);
        } else {
          float tolerance = 2e-6f * Math.abs((float) expected) + UNDERFLOW;
          assertEquals((float) expected, y[i], tolerance, message);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void smallAndLargeArgumentsKeepTheirDigits(Kernels kernels) {
    for (UnaryCase test : UNARY) {
      if (test.name().equals("geluTanh")) {
        continue; // an exponent of cubes: few digits far out, and none are needed there
      }
      for (float x = 1e-30f; x < 80f; x *= 1.07f) {
        float[] pair = {x, -x};
        float[] y = new float[2];
        test.kernel().run(kernels, pair, 0, y, 0, 2);
        for (int i = 0; i < 2; i++) {
          double expected = test.plain().applyAsDouble(pair[i]);
          assertEquals(
              expected,
              y[i],
              1e-6 * Math.abs(expected) + UNDERFLOW,
              test.name() + "(" + pair[i] + ")");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void exponentialIsWithinTwoUnits(Kernels kernels) {
    float[] x = new float[100_000];
    for (int i = 0; i < x.length; i++) {
      x[i] = -86.9f + 175.6f * i / x.length;
    }
    float[] y = new float[x.length];
    kernels.exp(x, 0, y, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      double expected = Math.exp(x[i]);
      assertEquals(expected, y[i], 2 * Math.ulp((float) expected), "exp(" + x[i] + ")");
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void gradientsAreFiniteFarOut(Kernels kernels) {
    float[] x = {1e30f, -1e30f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    float[] dy = {1f, 1f, 1f, 1f};
    float[] dx = new float[4];
    kernels.siluGradient(x, 0, dy, 0, dx, 0, 4);
    assertArrayEquals(new float[] {1f, 0f, 1f, 0f}, dx, 0f);
    kernels.geluGradient(x, 0, dy, 0, dx, 0, 4);
    assertArrayEquals(new float[] {1f, 0f, 1f, 0f}, dx, 0f);
    kernels.geluTanhGradient(x, 0, dy, 0, dx, 0, 4);
    assertArrayEquals(new float[] {1f, 0f, 1f, 0f}, dx, 0f);
    kernels.mishGradient(x, 0, dy, 0, dx, 0, 4);
    assertArrayEquals(new float[] {1f, 0f, 1f, 0f}, dx, 0f);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void addScaled(Kernels kernels) {
    for (int n : SIZES) {
      float[] x = random(n + 3, 1);
      float[] y = guarded(2, n);
      Arrays.fill(y, 2, 2 + n, 3f);
      kernels.addScaled(0.5f, x, 3, y, 2, n);
      assertGuards("addScaled", y, 2, n);
      for (int i = 0; i < n; i++) {
        assertClose("addScaled", 3 + 0.5 * x[3 + i], y[2 + i], 1e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void sums(Kernels kernels) {
    for (int n : SIZES) {
      float[] a = random(n + 3, n);
      float[] b = random(n + 1, n + 1);
      double sum = 0;
      double dot = 0;
      float max = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        sum += a[3 + i];
        dot += (double) a[3 + i] * b[1 + i];
        max = Math.max(max, a[3 + i]);
      }
      assertEquals(sum, kernels.sum(a, 3, n), 1e-6 * (n + 1));
      assertEquals(dot, kernels.dot(a, 3, b, 1, n), 1e-6 * (n + 1));
      if (n > 0) {
        assertEquals(max, kernels.max(a, 3, n));
        a[3 + n / 2] = Float.NaN;
        assertTrue(Float.isNaN(kernels.max(a, 3, n)), "max of NaN at size " + n);
        assertTrue(Double.isNaN(kernels.sum(a, 3, n)), "sum of NaN at size " + n);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void longSumsStayExact(Kernels kernels) {
    float[] x = new float[10_000_000];
    Arrays.fill(x, 0.1f);
    assertEquals(0.1f * (double) x.length, kernels.sum(x, 0, x.length), 10);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void rowsAndColumns(Kernels kernels) {
    for (int[] size : MATRICES) {
      int rows = size[0];
      int columns = size[1];
      int n = rows * columns;
      float[] x = random(n + 3, n);
      float[] b = random(n + 3, n + 1);
      float[] v = random(columns + 1, 5);
      float[] w = random(columns + 2, 6);
      float[] y = guarded(2, n);
      kernels.addToRows(x, 3, v, 1, y, 2, rows, columns);
      assertGuards("addToRows", y, 2, n);
      float[] affine = guarded(2, n);
      kernels.affineRows(x, 3, v, 1, w, 2, affine, 2, rows, columns);
      assertGuards("affineRows", affine, 2, n);
      float[] sums = sumsStartingAt1(columns);
      kernels.sumRows(x, 3, sums, 2, rows, columns);
      float[] dots = sumsStartingAt1(columns);
      kernels.dotRows(x, 3, b, 1, dots, 2, rows, columns);
      float[] deviations = sumsStartingAt1(columns);
      float[] squares = sumsStartingAt1(columns);
      kernels.channels().addDeviations(x, 3, v, 1, deviations, 2, squares, 2, rows, columns);
      for (int c = 0; c < columns; c++) {
        double sum = 1;
        double dot = 1;
        double deviation = 1;
        double square = 1;
        for (int r = 0; r < rows; r++) {
          int i = r * columns + c;
          double e = x[3 + i];
          assertClose("addToRows", e + v[1 + c], y[2 + i], 1e-6);
          assertClose("affineRows", e * v[1 + c] + w[2 + c], affine[2 + i], 1e-6);
          sum += e;
          dot += e * b[1 + i];
          deviation += e - v[1 + c];
          square += (e - v[1 + c]) * (e - v[1 + c]);
        }
        assertClose("sumRows", sum, sums[2 + c], 1e-6 * (rows + 1));
        assertClose("dotRows", dot, dots[2 + c], 1e-6 * (rows + 1));
        assertClose("deviations", deviation, deviations[2 + c], 1e-6 * (rows + 1));
        assertClose("squares", square, squares[2 + c], 1e-6 * (rows + 1));
      }
      assertGuards("sumRows", sums, 2, columns);
      assertGuards("dotRows", dots, 2, columns);
      assertGuards("deviations", deviations, 2, columns);
      assertGuards("squares", squares, 2, columns);
    }
  }

  private static float[] sumsStartingAt1(int columns) {
    float[] y = guarded(2, columns);
    Arrays.fill(y, 2, 2 + columns, 1f);
    return y;
  }

  @ParameterizedTest
  @MethodSource("providers")
  void softmax(Kernels kernels) {
    for (int[] size : MATRICES) {
      int rows = size[0];
      int columns = size[1];
      int n = rows * columns;
      float[] x = random(n + 3, n);
      float[] dy = random(n + 1, n + 1);
      float[] y = guarded(2, n);
      kernels.softmaxRows(x, 3, y, 2, rows, columns);
      assertGuards("softmax", y, 2, n);
      float[] dx = guarded(1, n);
      kernels.softmaxRowsGradient(y, 2, dy, 1, dx, 1, rows, columns);
      assertGuards("softmaxGradient", dx, 1, n);
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        double mean = 0;
        for (int c = 0; c < columns; c++) {
          sum += Math.exp(x[3 + r * columns + c]);
          mean += (double) y[2 + r * columns + c] * dy[1 + r * columns + c];
        }
        for (int c = 0; c < columns; c++) {
          int i = r * columns + c;
          assertClose("softmax", Math.exp(x[3 + i]) / sum, y[2 + i], 1e-6);
          assertClose("softmaxGradient", y[2 + i] * (dy[1 + i] - mean), dx[1 + i], 2e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void softmaxOfLargeNumbersIsFinite(Kernels kernels) {
    float[] x = random(40, 1);
    for (int i = 0; i < x.length; i++) {
      x[i] = 1e30f * x[i];
    }
    float[] y = new float[40];
    kernels.softmaxRows(x, 0, y, 0, 1, 40);
    assertEquals(1.0, kernels.sum(y, 0, 40), 1e-6);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void logSoftmax(Kernels kernels) {
    for (int[] size : MATRICES) {
      int rows = size[0];
      int columns = size[1];
      int n = rows * columns;
      float[] x = random(n + 3, n);
      float[] dy = random(n + 1, n + 1);
      float[] y = guarded(2, n);
      kernels.logSoftmaxRows(x, 3, y, 2, rows, columns);
      assertGuards("logSoftmax", y, 2, n);
      float[] dx = guarded(1, n);
      kernels.logSoftmaxRowsGradient(y, 2, dy, 1, dx, 1, rows, columns);
      assertGuards("logSoftmaxGradient", dx, 1, n);
      for (int r = 0; r < rows; r++) {
        double sum = 0;
        double total = 0;
        for (int c = 0; c < columns; c++) {
          sum += Math.exp(x[3 + r * columns + c]);
          total += dy[1 + r * columns + c];
        }
        for (int c = 0; c < columns; c++) {
          int i = r * columns + c;
          assertClose("logSoftmax", x[3 + i] - Math.log(sum), y[2 + i], 1e-6);
          double gradient = dy[1 + i] - Math.exp(y[2 + i]) * total;
          assertClose("logSoftmaxGradient", gradient, dx[1 + i], 4e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void logSoftmaxOfLargeNumbersKeepsItsDigits(Kernels kernels) {
    float[] x = new float[40];
    Arrays.fill(x, 1e6f);
    x[7] = -1e30f;
    kernels.logSoftmaxRows(x, 0, x, 0, 1, 40);
    assertEquals(-Math.log(39), x[0], 1e-6);
    assertEquals(-1e30f, x[7]);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void normalizedRows(Kernels kernels) {
    for (int[] size : MATRICES) {
      int rows = size[0];
      int columns = size[1];
      int n = rows * columns;
      float[] x = random(n + 3, n);
      float[] dy = random(n + 1, n + 1);
      float[] y = guarded(2, n);
      float[] inverse = guarded(4, rows);
      kernels.normalizeRows(x, 3, 0.01f, y, 2, inverse, 4, rows, columns);
      assertGuards("normalizeRows", y, 2, n);
      assertGuards("normalizeRows", inverse, 4, rows);
      float[] dx = guarded(1, n);
      kernels.normalizeRowsGradient(y, 2, dy, 1, inverse, 4, dx, 1, rows, columns);
      assertGuards("normalizeRowsGradient", dx, 1, n);
      for (int r = 0; r < rows; r++) {
        double mean = 0;
        double meanGradient = 0;
        double slope = 0;
        for (int c = 0; c < columns; c++) {
          int i = r * columns + c;
          mean += (double) x[3 + i] / columns;
          meanGradient += (double) dy[1 + i] / columns;
          slope += (double) dy[1 + i] * y[2 + i] / columns;
        }
        double variance = 0;
        for (int c = 0; c < columns; c++) {
          variance += (x[3 + r * columns + c] - mean) * (x[3 + r * columns + c] - mean) / columns;
        }
        double factor = 1 / Math.sqrt(variance + 0.01f);
        assertClose("inverse", factor, inverse[4 + r], 1e-6);
        for (int c = 0; c < columns; c++) {
          int i = r * columns + c;
          assertClose("normalizeRows", (x[3 + i] - mean) * factor, y[2 + i], 3e-6);
          double gradient = factor * (dy[1 + i] - meanGradient - slope * y[2 + i]);
          assertClose("normalizeRowsGradient", gradient, dx[1 + i], 3e-6 * Math.max(1, factor));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void maximumAndWinner(Kernels kernels) {
    for (int n : SIZES) {
      float[] y = guarded(2, n);
      Arrays.fill(y, 2, 2 + n, Float.NEGATIVE_INFINITY);
      float[] winner = guarded(2, n);
      Arrays.fill(winner, 2, 2 + n, -1f);
      float[][] x = {random(n + 1, 1), random(n + 1, 2), random(n + 1, 3)};
      if (n > 2) {
        x[1][1 + n / 2] = Float.NaN;
      }
      for (int k = 0; k < 3; k++) {
        kernels.takeGreater(x[k], 1, k, y, 2, winner, 2, n);
      }
      assertGuards("takeGreater", y, 2, n);
      assertGuards("takeGreater", winner, 2, n);
      float[] dy = random(n + 3, 9);
      float[] dx = guarded(2, n);
      Arrays.fill(dx, 2, 2 + n, 7f);
      kernels.addWhereWinner(winner, 2, 1f, dy, 3, dx, 2, n);
      assertGuards("addWhereWinner", dx, 2, n);
      for (int i = 0; i < n; i++) {
        float max = Math.max(Math.max(x[0][1 + i], x[1][1 + i]), x[2][1 + i]);
        assertEquals(max, y[2 + i]);
        int w = (int) winner[2 + i];
        assertEquals(max, x[w][1 + i]);
        assertEquals(w == 1 ? 7f + dy[3 + i] : 7f, dx[2 + i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void dropout(Kernels kernels) {
    for (int n : SIZES) {
      float[] x = random(n + 3, n);
      float[] y = guarded(2, n);
      kernels.dropout(0.3f, 77, x, 3, y, 2, n);
      assertGuards("dropout", y, 2, n);
      for (int i = 0; i < n; i++) {
        boolean dropped = (Randoms.bits(77, i) >>> 8) * 0x1p-24 < 0.3f;
        assertEquals(dropped ? 0f : x[3 + i] * (1f / (1f - 0.3f)), y[2 + i], 0f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void dropoutKeepsTheExpectation(Kernels kernels) {
    int n = 100_000;
    float[] ones = new float[n];
    Arrays.fill(ones, 1f);
    float[] y = new float[n];
    for (float rate : new float[] {0f, 0.1f, 0.5f, 0.9f}) {
      kernels.dropout(rate, 5, ones, 0, y, 0, n);
      double deviation = Math.sqrt(rate / (1 - rate) / n);
      assertEquals(1.0, kernels.sum(y, 0, n) / n, 5 * deviation + 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void normalNumbersAreBoxAndMullers(Kernels kernels) {
    for (int n : SIZES) {
      float[] y = guarded(2, n);
      kernels.normal(77, y, 2, n);
      assertGuards("normal", y, 2, n);
      for (int i = 0; i < n; i++) {
        double u = ((Randoms.bits(77, 2 * i) >>> 9) + 0.5) * 0x1p-23;
        double t = (Randoms.bits(77, 2 * i + 1) >>> 9) * 0x1p-23 - 0.5;
        double expected = Math.sqrt(-2 * Math.log(u)) * Math.sin(2 * Math.PI * t);
        assertClose("normal", expected, y[2 + i], 2e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void normalNumbersHaveTheMomentsOfTheDistribution(Kernels kernels) {
    int n = 1_000_000;
    float[] y = new float[n];
    kernels.normal(5, y, 0, n);
    double[] expected = {0, 1, 0, 3, 0, 15};
    double[] deviation = {1, Math.sqrt(2), Math.sqrt(15), Math.sqrt(96), 31, 102};
    double[] neighbours = new double[n - 1];
    for (int power = 1; power <= 6; power++) {
      double sum = 0;
      for (float value : y) {
        sum += Math.pow(value, power);
      }
      double allowed = 5 * deviation[power - 1] / Math.sqrt(n);
      assertEquals(expected[power - 1], sum / n, allowed, "moment " + power);
    }
    Arrays.setAll(neighbours, i -> (double) y[i] * y[i + 1]);
    assertEquals(0, Arrays.stream(neighbours).sum() / n, 5 / Math.sqrt(n));
  }

  @Test
  void normalNumbersAgreeToTheBit() {
    float[] plain = new float[100_003];
    float[] vector = new float[100_003];
    new PlainKernels().normal(3, plain, 0, plain.length);
    new VectorKernels().normal(3, vector, 0, vector.length);
    assertArrayEquals(plain, vector);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void indices(Kernels kernels) {
    for (int n : new int[] {1, 2, 15, 16, 17, 33, 1000}) {
      for (int end : new int[] {1, 7, 20_000, 1 << 23, 1 << 24}) {
        float[] x = new float[n + 2];
        int[] expected = new Random(n).ints(n, 0, end).toArray();
        expected[n - 1] = end - 1;
        for (int i = 0; i < n; i++) {
          x[2 + i] = expected[i];
        }
        int[] rows = new int[n];
        assertTrue(kernels.indices(x, 2, rows, n, end));
        assertArrayEquals(expected, rows);
        for (float wrong :
            new float[] {-1, end, 0.5f, 1e20f, -1e-20f, Float.NaN, -1 / 0f, 1 / 0f}) {
          float[] changed = x.clone();
          changed[2 + n / 2] = wrong;
          assertFalse(
              kernels.indices(changed, 2, rows, n, end),
              String.format(Locale.ROOT, "%s of %d", wrong, end));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void sumOfRows(Kernels kernels) {
    int[] rows = {3, 0, 3, 2, 1};
    for (int columns : SIZES) {
      float[] x = random(1 + 4 * columns, 1);
      float[] y = random(2 + columns, 2);
      kernels.sumOfRows(0.5f, x, 1, rows, 1, 4, y, 2, columns);
      for (int c = 0; c < columns; c++) {
        double sum = (double) x[1 + c] + x[1 + 3 * columns + c] + x[1 + 2 * columns + c];
        assertClose("sum", sum / 2, y[2 + c], 1e-6);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void momentum(Kernels kernels) {
    for (boolean nesterov : new boolean[] {false, true}) {
      for (int n : SIZES) {
        float[] g = random(n + 6, 1);
        float[] v = random(n + 6, 2);
        float[] w = random(n + 6, 3);
        float[] v0 = v.clone();
        float[] w0 = w.clone();
        kernels.momentumStep(0.1f, 0.9f, nesterov, 0.5f, shifted(g), 5, v, w, 3, 3 + n);
        for (int i = 0; i < n + 6; i++) {
          boolean inside = i >= 3 && i < 3 + n;
          double velocity = inside ? 0.9f * (double) v0[i] + g[i] : v0[i];
          double change = 0.1f * (nesterov ? g[i] + 0.9f * velocity : velocity);
          assertClose("velocity", velocity, v[i], 1e-6);
          assertClose("weight", inside ? w0[i] - change : w0[i], w[i], 1e-6);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void adam(Kernels kernels) {
    for (int n : SIZES) {
      float[] g = random(n + 6, 1);
      float[] m = random(n + 6, 2);
      float[] v = random(n + 6, 3);
      kernels.multiply(v, 0, v, 0, v, 0, n + 6);
      float[] w = random(n + 6, 4);
      float[] m0 = m.clone();
      float[] v0 = v.clone();
      float[] w0 = w.clone();
      kernels.adamStep(0.01f, 0.9f, 0.999f, 1e-8f, 0.5f, shifted(g), 5, m, v, w, 3, 3 + n);
      for (int i = 0; i < n + 6; i++) {
        boolean inside = i >= 3 && i < 3 + n;
        double first = inside ? 0.9f * (double) m0[i] + (1 - 0.9f) * (double) g[i] : m0[i];
        double second =
            inside ? 0.999f * (double) v0[i] + (1 - 0.999f) * (double) g[i] * g[i] : v0[i];
        assertClose("first moment", first, m[i], 1e-6);
        assertClose("second moment", second, v[i], 1e-6);
        double change = 0.01f * first / (Math.sqrt(second) + 1e-8f);
        assertClose("weight", inside ? w0[i] - change : w0[i], w[i], 1e-6);
      }
    }
  }

  /** Twice the gradient, two elements further on. */
  private static float[] shifted(float[] gradient) {
    float[] shifted = new float[gradient.length + 2];
    for (int i = 0; i < gradient.length; i++) {
      shifted[i + 2] = 2 * gradient[i];
    }
    return shifted;
  }

  @Test
  void optimisersAgreeToTheBit() {
    int n = 1003;
    float[][] plain = {random(n, 1), random(n, 2), random(n, 3)};
    float[][] vector = {plain[0].clone(), plain[1].clone(), plain[2].clone()};
    float[] g = random(n, 4);
    for (int step = 0; step < 3; step++) {
      new PlainKernels().momentumStep(0.1f, 0.9f, true, 1, g, 1, plain[0], plain[1], 1, n);
      new VectorKernels().momentumStep(0.1f, 0.9f, true, 1, g, 1, vector[0], vector[1], 1, n);
    }
    new PlainKernels().multiply(plain[0], 0, plain[0], 0, plain[0], 0, n);
    new VectorKernels().multiply(vector[0], 0, vector[0], 0, vector[0], 0, n);
    new PlainKernels()
        .adamStep(0.1f, 0.9f, 0.99f, 1e-8f, 1, g, 1, plain[2], plain[0], plain[1], 1, n);
    new VectorKernels()
        .adamStep(0.1f, 0.9f, 0.99f, 1e-8f, 1, g, 1, vector[2], vector[0], vector[1], 1, n);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(plain[i], vector[i]);
    }
  }
}
