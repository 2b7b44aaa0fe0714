package io.sparknn.activation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every function against its formula in double precision, and against differences of that. */
class ActivationFunctionTest {
  private static final int ROWS = 6;
  private static final int COLUMNS = 35;

  /** The formulas, on a row. */
  private static final Map<ActivationFunction, UnaryOperator<double[]>> FORMULAS = formulas();

  /** A formula of one element. */
  private interface Formula {
    double apply(double x);
  }

  private static Map<ActivationFunction, UnaryOperator<double[]>> formulas() {
    Map<ActivationFunction, UnaryOperator<double[]>> all = new EnumMap<>(ActivationFunction.class);
    all.put(ActivationFunction.LINEAR, each(x -> x));
    all.put(ActivationFunction.RELU, each(x -> Math.max(x, 0)));
    all.put(ActivationFunction.RELU6, each(x -> Math.min(Math.max(x, 0), 6)));
    all.put(ActivationFunction.LEAKY_RELU, each(x -> Math.max(x, 0.2 * x)));
    all.put(ActivationFunction.ELU, each(x -> x > 0 ? x : Math.expm1(x)));
    all.put(
        ActivationFunction.SELU,
        each(x -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))));
    all.put(ActivationFunction.EXPONENTIAL, each(Math::exp));
    all.put(ActivationFunction.SIGMOID, each(x -> 1 / (1 + Math.exp(-x))));
    all.put(ActivationFunction.HARD_SIGMOID, each(x -> Math.min(Math.max(x + 3, 0), 6) / 6));
    all.put(ActivationFunction.TANH, each(Math::tanh));
    all.put(ActivationFunction.SOFTPLUS, each(x -> Math.log1p(Math.exp(x))));
    all.put(ActivationFunction.SOFTSIGN, each(x -> x / (1 + Math.abs(x))));
    all.put(ActivationFunction.SILU, each(x -> x / (1 + Math.exp(-x))));
    all.put(ActivationFunction.MISH, each(x -> x * Math.tanh(Math.log1p(Math.exp(x)))));
    all.put(ActivationFunction.GELU, each(x -> x / 2 * (1 + erf(x / Math.sqrt(2)))));
    all.put(
        ActivationFunction.GELU_TANH,
        each(x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))));
    all.put(
        ActivationFunction.SOFTMAX,
        x -> {
          double sum = sumExp(x);
          return each(e -> Math.exp(e) / sum).apply(x);
        });
    all.put(
        ActivationFunction.LOG_SOFTMAX,
        x -> {
          double sum = sumExp(x);
          return each(e -> e - Math.log(sum)).apply(x);
        });
    return all;
  }

  private static UnaryOperator<double[]> each(Formula formula) {
    return x -> {
      double[] y = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        y[i] = formula.apply(x[i]);
      }
      return y;
    };
  }

  private static double sumExp(double[] x) {
    double sum = 0;
    for (double e : x) {
      sum += Math.exp(e);
    }
    return sum;
  }

  /** The series without changes of sign, which lose digits. */
  private static double erf(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  private static Tensor random(long seed, double scale) {
    Random random = new Random(seed);
    Tensor tensor = Tensor.zeros(ROWS, COLUMNS);
    for (int i = 0; i < tensor.size(); i++) {
      tensor.data()[i] = (float) (scale * random.nextGaussian());
    }
    return tensor;
  }

  private static double[] row(Tensor tensor, int row) {
    double[] values = new double[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
      values[c] = tensor.data()[row * COLUMNS + c];
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource
  void followsItsFormula(ActivationFunction function) {
    Tensor x = random(1, 2);
    Tensor y = Tensor.zeros(ROWS, COLUMNS);
    function.apply(x, y);
    for (int r = 0; r < ROWS; r++) {
      double[] expected = FORMULAS.get(function).apply(row(x, r));
      for (int c = 0; c < COLUMNS; c++) {
        double tolerance = 1e-6 * Math.max(1, Math.abs(expected[c]));
        assertEquals(expected[c], y.data()[r * COLUMNS + c], tolerance);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theGradientIsThatOfTheFormula(ActivationFunction function) {
    Tensor x = random(1, 2);
    Tensor y = Tensor.zeros(ROWS, COLUMNS);
    Tensor dy = random(2, 1);
    Tensor dx = Tensor.zeros(ROWS, COLUMNS);
    function.apply(x, y);
    function.gradient(x, y, dy, dx);
    for (int r = 0; r < ROWS; r++) {
      for (int c = 0; c < COLUMNS; c++) {
        double expected = difference(function, row(x, r), row(dy, r), c);
        double tolerance = 4e-6 * Math.max(1, Math.abs(expected));
        assertEquals(expected, dx.data()[r * COLUMNS + c], tolerance, "x = " + row(x, r)[c]);
      }
    }
  }

  /** How y dot dy changes with one element of x. */
  private static double difference(ActivationFunction function, double[] x, double[] dy, int c) {
    double step = 1e-6;
    double difference = 0;
    for (int sign = -1; sign <= 1; sign += 2) {
      double[] moved = x.clone();
      moved[c] += sign * step;
      double[] y = FORMULAS.get(function).apply(moved);
      for (int i = 0; i < y.length; i++) {
        difference += sign * y[i] * dy[i] / (2 * step);
      }
    }
    return difference;
  }

  @ParameterizedTest
  @EnumSource
  void mayOverwriteItsInput(ActivationFunction function) {
    Tensor x = random(1, 2);
    Tensor y = Tensor.zeros(ROWS, COLUMNS);
    function.apply(x, y);
    Tensor inPlace = random(1, 2);
    function.apply(inPlace, inPlace);
    assertArrayEquals(y.data(), inPlace.data());
    Tensor dx = Tensor.zeros(ROWS, COLUMNS);
    function.gradient(x, y, random(2, 1), dx);
    Tensor dy = random(2, 1);
    function.gradient(function.needsInput() ? x : y, y, dy, dy);
    assertArrayEquals(dx.data(), dy.data());
  }

  @ParameterizedTest
  @EnumSource
  void aMissingNumberStaysMissing(ActivationFunction function) {
    for (int n : new int[] {1, 16, 35}) {
      Tensor x = Tensor.zeros(1, n);
      x.data()[n - 1] = Float.NaN;
      function.apply(x, x);
      assertTrue(Float.isNaN(x.data()[n - 1]));
    }
  }

  @ParameterizedTest
  @EnumSource
  void largeNumbersGiveFiniteNumbersAndGradients(ActivationFunction function) {
    float large = function == ActivationFunction.EXPONENTIAL ? 80 : 1e38f;
    float[] values = new float[40];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i % 2 == 0 ? 1 : -1) * large / (1 + i / 2);
    }
    Tensor x = new Tensor(values, 0, Shape.of(1, values.length));
    Tensor y = Tensor.zeros(1, values.length);
    Tensor dx = Tensor.zeros(1, values.length);
    Tensor dy = Tensor.zeros(1, values.length);
    dy.data()[0] = 1;
    dy.data()[values.length - 1] = -1;
    function.apply(x, y);
    function.gradient(x, y, dy, dx);
    for (int i = 0; i < values.length; i++) {
      assertTrue(Float.isFinite(y.data()[i]), values[i] + " became " + y.data()[i]);
      assertTrue(Float.isFinite(dx.data()[i]), values[i] + " had the slope " + dx.data()[i]);
    }
  }

  @Test
  void namesAreThoseOfKeras() {
    assertEquals("leaky_relu", ActivationFunction.LEAKY_RELU.toString());
    assertEquals("relu6", ActivationFunction.RELU6.toString());
    assertFalse(ActivationFunction.TANH.needsInput());
    assertTrue(ActivationFunction.GELU.needsInput());
  }
}
