package io.sparknn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitializerTest {
  private static final Shape DENSE = Shape.of(300, 100);
  private static final Shape CONVOLUTION = Shape.of(3, 5, 30, 40);

  private static float[] fill(Initializer initializer, Shape shape, long seed) {
    Tensor weight = Tensor.zeros(shape.extents());
    initializer.fill(weight, seed);
    return weight.data();
  }

  private static double variance(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum / values.length;
  }

  private static double greatest(float[] values) {
    double greatest = 0;
    for (float value : values) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    return greatest;
  }

  private static void checkVariance(Initializer initializer, Shape shape, double expected) {
    float[] values = fill(initializer, shape, 1);
    assertEquals(expected, variance(values), 0.03 * expected);
    double mean = 0;
    for (float value : values) {
      mean += value / values.length;
    }
    assertEquals(0, mean, 4 * Math.sqrt(expected / values.length));
    boolean uniform = initializer.toString().endsWith("uniform");
    // A normal distribution that is cut off at twice its deviation keeps 0.8796 of that deviation.
    double limit = Math.sqrt(expected) * (uniform ? Math.sqrt(3) : 2 / 0.879_625_66);
    assertEquals(limit, greatest(values), 0.001 * limit);
    assertTrue(greatest(values) <= limit * (1 + 1e-7));
  }

  /** The variance is scale / (a fanIn + b fanOut). */
  @ParameterizedTest
  @CsvSource({
    "glorot_uniform, 2, 1, 1",
    "glorot_normal, 2, 1, 1",
    "he_uniform, 2, 1, 0",
    "he_normal, 2, 1, 0",
    "lecun_uniform, 1, 1, 0",
    "lecun_normal, 1, 1, 0"
  })
  void varianceFollowsTheFans(Initializer initializer, double scale, double a, double b) {
    checkVariance(initializer, DENSE, scale / (a * 300 + b * 100));
    checkVariance(initializer, CONVOLUTION, scale / (a * 15 * 30 + b * 15 * 40));
  }

  @Test
  void constantsAreConstant() {
    float[] ones = new float[DENSE.size()];
    Arrays.fill(ones, 1);
    assertArrayEquals(ones, fill(Initializer.ONES, DENSE, 1));
    assertArrayEquals(new float[DENSE.size()], fill(Initializer.ZEROS, DENSE, 1));
  }

  /** The number of draws is that of {@link #DENSE}; its moments, and the bounds of its values. */
  @ParameterizedTest
  @CsvSource({
    "'constant(-1.5)', -1.5, 0, -1.5, -1.5",
    "'constant', 0, 0, 0, 0",
    "'uniform', 0, 0.028868, -0.05, 0.05",
    "'uniform(1, 3)', 2, 0.57735, 1, 3",
    "'normal', 0, 0.05, -0.3, 0.3",
    "'normal(2, 0.1)', 2, 0.1, 1.4, 2.6",
    "'truncated_normal', 0, 0.043981, -0.1, 0.1",
    "'truncated_normal(2, 0.1)', 2, 0.087963, 1.8, 2.2"
  })
  void distributionsTakeArguments(
      Initializer initializer, double mean, double deviation, double least, double greatest) {
    float[] values = fill(initializer, DENSE, 1);
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      assertTrue(value >= (float) least && value <= (float) greatest, initializer + ": " + value);
      sum += value;
      squares += (value - mean) * (value - mean);
    }
    assertEquals(mean, sum / values.length, 4 * deviation / Math.sqrt(values.length) + 1e-12);
    assertEquals(deviation, Math.sqrt(squares / values.length), 0.02 * deviation + 1e-12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7, 5", "5, 7", "6, 6", "1, 4", "4, 1", "2, 3, 4", "2, 1, 4"})
  void orthogonalIsOrthonormalAlongItsShorterSide(String extents) {
    Shape shape = Shape.of(Stream.of(extents.split(", ")).mapToInt(Integer::parseInt).toArray());
    float[] w = fill(Initializer.orthogonal(2), shape, 3);
    int columns = shape.last();
    int rows = w.length / columns;
    int count = Math.min(rows, columns);
    for (int a = 0; a < count; a++) {
      for (int b = 0; b < count; b++) {
        double dot = 0;
        for (int i = 0; i < Math.max(rows, columns); i++) {
          dot +=
              rows < columns
                  ? (double) w[a * columns + i] * w[b * columns + i]
                  : (double) w[i * columns + a] * w[i * columns + b];
        }
        assertEquals(a == b ? 4 : 0, dot, 1e-6);
      }
    }
  }

  @Test
  void orthogonalStaysSoWhenLarge() {
    int n = 300;
    float[] w = fill(Initializer.ORTHOGONAL, Shape.of(n, n), 1);
    double dot = 0;
    double first = 0;
    for (int i = 0; i < n; i++) {
      dot += (double) w[i * n] * w[i * n + n - 1];
      first += w[i * n] / (double) n;
    }
    assertEquals(0, dot, 1e-6);
    assertEquals(0, first, 4 / (double) n);
  }

  @Test
  void identityIsTheIdentity() {
    assertArrayEquals(new float[] {1, 0, 0, 1}, fill(Initializer.IDENTITY, Shape.of(2, 2), 1));
    assertArrayEquals(
        new float[] {3, 0, 0, 0, 3, 0}, fill(Initializer.identity(3), Shape.of(2, 3), 1));
    assertArrayEquals(
        new float[] {3, 0, 0, 3, 0, 0}, fill(Initializer.identity(3), Shape.of(3, 2), 1));
  }

  @Test
  void axesThatDoNotFitAreRefused() {
    assertRefuses(
        () -> fill(Initializer.IDENTITY, Shape.of(3, 4, 4), 1),
        "identity takes a weight of two axes; received shape (3, 4, 4)");
    assertRefuses(
        () -> fill(Initializer.ORTHOGONAL, Shape.of(4), 1),
        "orthogonal takes a weight of at least two axes; received shape (4)");
  }

  private static void assertRefuses(Executable call, String... parts) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call);
    for (String part : parts) {
      assertTrue(e.getMessage().contains(part), e.getMessage() + " must name " + part);
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void aTextIsReadAndWritten(String text) {
    Initializer initializer = Initializer.parse(text);
    assertEquals(text, initializer.toString());
    assertEquals(initializer, Initializer.parse(" " + text));
    assertEquals(initializer.hashCode(), Initializer.parse(text).hashCode());
  }

  static List<String> texts() {
    return List.of(
        "zeros",
        "ones",
        "constant",
        "constant(0.1)",
        "uniform",
        "uniform(-1, 1)",
        "normal",
        "normal(0, 0.02)",
        "normal(1.0E-4, 3.0E10)",
        "truncated_normal",
        "truncated_normal(0, 0.02)",
        "glorot_uniform",
        "glorot_normal",
        "he_uniform",
        "he_normal",
        "lecun_uniform",
        "lecun_normal",
        "orthogonal",
        "orthogonal(1.4142135623730951)",
        "identity",
        "identity(0.5)");
  }

  @Test
  void factoriesMakeWhatTheTextSays() {
    assertEquals(Initializer.parse("constant(2)"), Initializer.constant(2));
    assertEquals(Initializer.UNIFORM, Initializer.uniform(-0.05, 0.05));
    assertEquals(Initializer.NORMAL, Initializer.parse("normal(0.0,0.05)"));
    assertEquals(Initializer.TRUNCATED_NORMAL, Initializer.truncatedNormal(0, 0.05));
    assertEquals("normal(0, 0.02)", Initializer.normal(0, 0.02).toString());
    assertNotEquals(Initializer.NORMAL, Initializer.normal(0, 0.02));
    assertNotEquals(Initializer.NORMAL, Initializer.TRUNCATED_NORMAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "normale",
        "Normal",
        "normal(",
        "normal()",
        "normal(0)",
        "normal(0, 1, 2)",
        "normal(0, x)",
        "normal(0, -1)",
        "normal(0, NaN)",
        "uniform(1, 0)",
        "constant(Infinity)",
        "zeros(1)",
        "he_normal(1)"
      })
  void otherTextsAreRefused(String text) {
    assertRefuses(
        () -> Initializer.parse(text),
        "an initializer must be one of zeros, ones, constant(value), uniform(min, max), ",
        "lecun_normal, orthogonal(gain), identity(gain), with finite numbers, min <= max",
        "; received '" + text + "'");
  }

  @Test
  void badArgumentsAreRefused() {
    assertRefuses(() -> Initializer.normal(0, -1), "stddev >= 0", "received 'normal(0, -1)'");
    assertRefuses(() -> Initializer.constant(Double.NaN), "received 'constant(NaN)'");
  }

  @Test
  void survivesSerialization() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(Initializer.normal(0, 0.02));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertEquals(Initializer.normal(0, 0.02), in.readObject());
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  void valuesDependOnTheSeedOnly(String text) {
    Initializer initializer = Initializer.parse(text);
    float[] values = fill(initializer, DENSE, 1);
    assertArrayEquals(values, fill(initializer, DENSE, 1));
    boolean isFixed = text.matches("(zeros|ones|constant|identity).*");
    assertEquals(isFixed, Arrays.equals(values, fill(initializer, DENSE, 2)));
  }

  @Test
  void aViewIsFilledAndNothingAroundIt() {
    float[] flat = new float[8];
    Initializer.ONES.fill(new Tensor(flat, 2, Shape.of(2, 2)), 1);
    assertArrayEquals(new float[] {0, 0, 1, 1, 1, 1, 0, 0}, flat);
  }

  @Test
  void anOrthogonalViewIsFilledAndNothingAroundIt() {
    float[] flat = new float[5];
    Initializer.ORTHOGONAL.fill(new Tensor(flat, 1, Shape.of(1, 3)), 1);
    assertEquals(0, flat[0]);
    assertEquals(1, Math.hypot(Math.hypot(flat[1], flat[2]), flat[3]), 1e-6);
    assertEquals(0, flat[4]);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void aBiasCanBeDrawn(String text) {
    if (text.matches("(orthogonal|identity).*")) {
      return; // these refuse a bias
    }
    for (float value : fill(Initializer.parse(text), Shape.of(4), 1)) {
      assertFalse(Float.isNaN(value));
    }
  }
}
