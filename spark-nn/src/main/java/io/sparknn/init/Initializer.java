package io.sparknn.init;

import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a weight gets its first values. An initializer has a text, as in {@code glorot_uniform} or
 * {@code normal(0, 0.02)}, which {@link #parse} reads and {@link #toString} writes.
 *
 * <table>
 *   <caption>Initializers; the arguments may be left out, all together</caption>
 *   <tr><td>{@code zeros}, {@code ones}
 *       <td>all 0, all 1
 *   <tr><td>{@code constant(value)}
 *       <td>all {@code value} (0)
 *   <tr><td>{@code uniform(min, max)}
 *       <td>uniform in [min, max) (-0.05, 0.05)
 *   <tr><td>{@code normal(mean, stddev)}
 *       <td>normal (0, 0.05)
 *   <tr><td>{@code truncated_normal(mean, stddev)}
 *       <td>normal (0, 0.05), drawn again beyond two standard deviations
 *   <tr><td>{@code glorot_uniform}, {@code glorot_normal}
 *       <td>of variance 2 / (fanIn + fanOut) (Glorot and Bengio, AISTATS 2010)
 *   <tr><td>{@code he_uniform}, {@code he_normal}
 *       <td>of variance 2 / fanIn (He et al., ICCV 2015)
 *   <tr><td>{@code lecun_uniform}, {@code lecun_normal}
 *       <td>of variance 1 / fanIn (LeCun et al., "Efficient BackProp", 1998)
 *   <tr><td>{@code orthogonal(gain)}
 *       <td>a random orthogonal matrix times {@code gain} (1): all axes but the last are its rows;
 *       if it is not square, its shorter side is orthonormal (Saxe et al., ICLR 2014)
 *   <tr><td>{@code identity(gain)}
 *       <td>the identity matrix times {@code gain} (1), for weights of two axes only
 * </table>
 *
 * <p>Names, defaults and distributions are Keras'; normal ones that depend on the fans are
 * truncated. Fan-in and fan-out follow Keras too: for a matrix {@code (in, out)} its extents; for a
 * convolution kernel {@code (..., in, out)} both times the number of taps.
 */
public final class Initializer implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final Initializer ZEROS = new Initializer(Kind.ZEROS);
  public static final Initializer ONES = new Initializer(Kind.ONES);
  public static final Initializer UNIFORM = new Initializer(Kind.UNIFORM);
  public static final Initializer NORMAL = new Initializer(Kind.NORMAL);
  public static final Initializer TRUNCATED_NORMAL = new Initializer(Kind.TRUNCATED_NORMAL);
  public static final Initializer GLOROT_UNIFORM = new Initializer(Kind.GLOROT_UNIFORM);
  public static final Initializer GLOROT_NORMAL = new Initializer(Kind.GLOROT_NORMAL);
  public static final Initializer HE_UNIFORM = new Initializer(Kind.HE_UNIFORM);
  public static final Initializer HE_NORMAL = new Initializer(Kind.HE_NORMAL);
  public static final Initializer LECUN_UNIFORM = new Initializer(Kind.LECUN_UNIFORM);
  public static final Initializer LECUN_NORMAL = new Initializer(Kind.LECUN_NORMAL);
  public static final Initializer ORTHOGONAL = new Initializer(Kind.ORTHOGONAL);
  public static final Initializer IDENTITY = new Initializer(Kind.IDENTITY);

  /** The standard deviation of a standard normal distribution truncated at ±2. */
  private static final double TRUNCATED_DEVIATION = 0.879_625_661_034_239_78;

  private static final Pattern TEXT = Pattern.compile("([a-z_]+)(?:\\((.+)\\))?");

  /** Fills a weight; {@code a} are the arguments. */
  private interface Rule {
    void fill(Tensor weight, List<Double> a, Random random);
  }

  private enum Kind {
    ZEROS((w, a, random) -> each(w, () -> 0)),
    ONES((w, a, random) -> each(w, () -> 1)),
    CONSTANT((w, a, random) -> each(w, () -> a.get(0)), "value", 0),
    UNIFORM((w, a, random) -> uniform(w, a.get(0), a.get(1), random), "min, max", -0.05, 0.05),
    NORMAL(
        (w, a, random) -> each(w, () -> a.get(0) + a.get(1) * random.nextGaussian()),
        "mean, stddev",
        0,
        0.05),
    TRUNCATED_NORMAL(
        (w, a, random) -> truncatedNormal(w, a.get(0), a.get(1), random), "mean, stddev", 0, 0.05),
    GLOROT_UNIFORM((w, a, random) -> uniform(w, 2 / (fanIn(w) + fanOut(w)), random)),
    GLOROT_NORMAL((w, a, random) -> truncatedNormal(w, 2 / (fanIn(w) + fanOut(w)), random)),
    HE_UNIFORM((w, a, random) -> uniform(w, 2 / fanIn(w), random)),
    HE_NORMAL((w, a, random) -> truncatedNormal(w, 2 / fanIn(w), random)),
    LECUN_UNIFORM((w, a, random) -> uniform(w, 1 / fanIn(w), random)),
    LECUN_NORMAL((w, a, random) -> truncatedNormal(w, 1 / fanIn(w), random)),
    ORTHOGONAL((w, a, random) -> orthogonal(w, a.get(0), random), "gain", 1),
    IDENTITY((w, a, random) -> identity(w, a.get(0)), "gain", 1);

    private final Rule rule;
    private final String parameters;
    private final List<Double> defaults;

    Kind(Rule rule) {
      this(rule, "");
    }

    Kind(Rule rule, String parameters, double... defaults) {
      this.rule = rule;
      this.parameters = parameters;
      this.defaults = Arrays.stream(defaults).boxed().toList();
    }

    /** Whether there are as many arguments as there should be, and they make sense. */
    private boolean accepts(List<Double> arguments) {
      return arguments.size() == defaults.size()
          && arguments.stream().allMatch(Double::isFinite)
          && (!parameters.contains("min") || arguments.get(0) <= arguments.get(1))
          && (!parameters.contains("stddev") || arguments.get(1) >= 0);
    }

    /** The name as users write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Kind kind;
  private final List<Double> arguments;

  /** The elements {@code onesFrom .. onesTo - 1} are 1 instead. */
  private final int onesFrom;

  private final int onesTo;

  private Initializer(Kind kind) {
    this(kind, kind.defaults);
  }

  private Initializer(Kind kind, List<Double> arguments) {
    this(kind, arguments, 0, 0);
  }

  private Initializer(Kind kind, List<Double> arguments, int onesFrom, int onesTo) {
    this.kind = kind;
    this.arguments = arguments;
    this.onesFrom = onesFrom;
    this.onesTo = onesTo;
  }

  /** All {@code value}. */
  public static Initializer constant(double value) {
    return of(Kind.CONSTANT, value);
  }

  /** Uniform in [min, max). */
  public static Initializer uniform(double min, double max) {
    return of(Kind.UNIFORM, min, max);
  }

  /** Normal. */
  public static Initializer normal(double mean, double stddev) {
    return of(Kind.NORMAL, mean, stddev);
  }

  /** Normal, drawn again beyond two standard deviations. */
  public static Initializer truncatedNormal(double mean, double stddev) {
    return of(Kind.TRUNCATED_NORMAL, mean, stddev);
  }

  /** A random orthogonal matrix times {@code gain}. */
  public static Initializer orthogonal(double gain) {
    return of(Kind.ORTHOGONAL, gain);
  }

  /** The identity matrix times {@code gain}. */
  public static Initializer identity(double gain) {
    return of(Kind.IDENTITY, gain);
  }

  /**
   * This initializer, but 1 in the elements {@code from .. to - 1}: for one gate's part of a bias.
   * Only layers ask for it; {@link #parse} does not read it.
   */
  public Initializer withOnes(int from, int to) {
    return new Initializer(kind, arguments, from, to);
  }

  private static Initializer of(Kind kind, double... arguments) {
    List<Double> values = Arrays.stream(arguments).boxed().toList();
    if (!kind.accepts(values)) {
      throw refused(text(kind, values));
    }
    return new Initializer(kind, values);
  }

  /**
   * Reads a text, such as {@code glorot_uniform} or {@code normal(0, 0.02)}.
   *
   * @throws IllegalArgumentException if it is none of {@link #choices}
   */
  public static Initializer parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (matcher.matches()) {
      for (Kind kind : Kind.values()) {
        if (kind.toString().equals(matcher.group(1))) {
          return matcher.group(2) == null
              ? new Initializer(kind)
              : new Initializer(kind, arguments(kind, matcher.group(2), text));
        }
      }
    }
    throw refused(text);
  }

  private static List<Double> arguments(Kind kind, String list, String text) {
    try {
      List<Double> arguments =
          Stream.of(list.split(",", -1)).map(String::strip).map(Double::valueOf).toList();
      if (kind.accepts(arguments)) {
        return arguments;
      }
    } catch (NumberFormatException e) {
      throw refused(text);
    }
    throw refused(text);
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "an initializer must be %s; received '%s'".formatted(choices(), text));
  }

  /** What {@link #parse} reads, in words. */
  public static String choices() {
    return Stream.of(Kind.values())
        .map(kind -> kind.parameters.isEmpty() ? "" + kind : kind + "(" + kind.parameters + ")")
        .collect(
            Collectors.joining(", ", "one of ", ", with finite numbers, min <= max, stddev >= 0"));
  }

  /**
   * Fills a weight.
   *
   * @param seed the same seed gives the same values on every machine
   * @throws IllegalArgumentException if the weight has too few axes, or too many
   */
  public void fill(Tensor weight, long seed) {
    // java.util.Random, since its sequences are part of the Java specification.
    kind.rule.fill(weight, arguments, new Random(seed));
    Arrays.fill(weight.data(), weight.offset() + onesFrom, weight.offset() + onesTo, 1);
  }

  private static void each(Tensor weight, DoubleSupplier draw) {
    for (int i = 0; i < weight.size(); i++) {
      weight.data()[weight.offset() + i] = (float) draw.getAsDouble();
    }
  }

  private static double taps(Shape shape) {
    double taps = 1;
    for (int axis = 0; axis < shape.rank() - 2; axis++) {
      taps *= shape.extent(axis);
    }
    return taps;
  }

  private static double fanIn(Tensor weight) {
    Shape shape = weight.shape();
    return shape.rank() == 1 ? shape.last() : taps(shape) * shape.extent(-2);
  }

  private static double fanOut(Tensor weight) {
    return taps(weight.shape()) * weight.shape().last();
  }

  private static void uniform(Tensor weight, double variance, Random random) {
    double limit = Math.sqrt(3 * variance);
    uniform(weight, -limit, limit, random);
  }

  private static void uniform(Tensor weight, double min, double max, Random random) {
    each(weight, () -> min + (max - min) * random.nextDouble());
  }

  private static void truncatedNormal(Tensor weight, double variance, Random random) {
    truncatedNormal(weight, 0, Math.sqrt(variance) / TRUNCATED_DEVIATION, random);
  }

  private static void truncatedNormal(Tensor weight, double mean, double stddev, Random random) {
    each(
        weight,
        () -> {
          double draw = random.nextGaussian();
          while (Math.abs(draw) > 2) {
            draw = random.nextGaussian();
          }
          return mean + stddev * draw;
        });
  }

  /** The rows or columns, whichever are fewer, by Gram and Schmidt from normal vectors. */
  private static void orthogonal(Tensor weight, double gain, Random random) {
    if (weight.shape().rank() < 2) {
      throw new IllegalArgumentException(
          "orthogonal takes a weight of at least two axes; received shape %s; use another initializer"
              .formatted(weight.shape()));
    }
    boolean byRow = weight.rows() < weight.columns();
    int count = byRow ? weight.rows() : weight.columns();
    int length = byRow ? weight.columns() : weight.rows();
    int step = byRow ? weight.columns() : 1;
    int stride = byRow ? 1 : weight.columns();
    double[][] vectors = new double[count][length];
    for (int i = 0; i < count; i++) {
      double[] vector = vectors[i];
      Arrays.setAll(vector, j -> random.nextGaussian());
      for (int other = 0; other < i; other++) {
        addScaled(-dot(vectors[other], vector), vectors[other], vector);
      }
      double factor = 1 / Math.sqrt(dot(vector, vector));
      for (int j = 0; j < length; j++) {
        vector[j] *= factor;
        weight.data()[weight.offset() + i * step + j * stride] = (float) (gain * vector[j]);
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void addScaled(double alpha, double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      y[i] += alpha * x[i];
    }
  }

  private static void identity(Tensor weight, double gain) {
    if (weight.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "identity takes a weight of two axes; received shape %s; use another initializer"
              .formatted(weight.shape()));
    }
    each(weight, () -> 0);
    for (int i = 0; i < Math.min(weight.rows(), weight.columns()); i++) {
      weight.data()[weight.offset() + i * (weight.columns() + 1)] = (float) gain;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Initializer that
        && kind == that.kind
        && arguments.equals(that.arguments)
        && onesFrom == that.onesFrom
        && onesTo == that.onesTo;
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind.name(), arguments, onesFrom, onesTo);
  }

  /** The text that {@link #parse} reads, without arguments that are the defaults. */
  @Override
  public String toString() {
    String text = text(kind, arguments);
    return onesTo == 0
        ? text
        : String.format(Locale.ROOT, "%s, 1 from %d to %d", text, onesFrom, onesTo - 1);
  }

  private static String text(Kind kind, List<Double> arguments) {
    return arguments.equals(kind.defaults)
        ? kind.toString()
        : arguments.stream()
            .map(
                value ->
                    value.equals((double) value.intValue())
                        ? "" + value.intValue()
                        : value.toString())
            .collect(Collectors.joining(", ", kind + "(", ")"));
  }
}
