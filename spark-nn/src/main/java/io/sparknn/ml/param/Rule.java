package io.sparknn.ml.param;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.runtime.AbstractFunction1;

/**
 * Params whose values keep a rule. A value that breaks it is refused when it is set, in one
 * sentence that names stage, param, rule and value.
 */
public final class Rule<T> extends AbstractFunction1<T, Object> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String param;
  private final String rule;
  private final transient Predicate<T> holds;

  private Rule(Params stage, String name, String rule, Predicate<T> holds) {
    this.param = stage.uid() + ": " + name;
    this.rule = rule;
    this.holds = holds;
  }

  @Override
  public Object apply(T value) {
    if (value == null || !holds.test(value)) {
      throw new IllegalArgumentException(
          "%s must be %s; received %s".formatted(param, rule, show(value)));
    }
    return true;
  }

  /** A param's value as text, arrays too. */
  public static String show(Object value) {
    if (value instanceof int[] array) {
      return Arrays.toString(array);
    }
    if (value instanceof double[] array) {
      return Arrays.toString(array);
    }
    if (value instanceof Object[] array) {
      return Arrays.toString(array);
    }
    return value instanceof String ? "'" + value + "'" : String.valueOf(value);
  }

  /** A whole number of at least {@code min}. */
  public static IntParam atLeast(int min, Params stage, String name, String doc) {
    String rule = "at least " + min;
    return new IntParam(
        stage,
        name,
        doc + " (" + rule + ")",
        new Rule<>(stage, name, rule, value -> (Integer) value >= min));
  }

  /** A number for which {@code holds}. */
  public static DoubleParam number(
      String rule, Predicate<Double> holds, Params stage, String name, String doc) {
    return new DoubleParam(
        stage,
        name,
        doc + " (" + rule + ")",
        new Rule<>(stage, name, rule, value -> holds.test((Double) value)));
  }

  /** A finite number above 0. */
  public static DoubleParam positive(Params stage, String name, String doc) {
    return number("above 0", value -> value > 0 && Double.isFinite(value), stage, name, doc);
  }

  /** A finite number of at least 0. */
  public static DoubleParam notNegative(Params stage, String name, String doc) {
    return number("at least 0", value -> value >= 0 && Double.isFinite(value), stage, name, doc);
  }

  /** Numbers for which {@code holds}. */
  public static DoubleArrayParam numbers(
      String rule, Predicate<double[]> holds, Params stage, String name, String doc) {
    return new DoubleArrayParam(
        stage, name, doc + " (" + rule + ")", new Rule<>(stage, name, rule, holds));
  }

  /** Whole numbers for which {@code holds}. */
  public static IntArrayParam integers(
      String rule, Predicate<int[]> holds, Params stage, String name, String doc) {
    return new IntArrayParam(
        stage, name, doc + " (" + rule + ")", new Rule<>(stage, name, rule, holds));
  }

  /** One of an enum's constants, by its {@code toString}. */
  public static <E extends Enum<E>> Param<String> oneOf(
      Class<E> type, Params stage, String name, String doc) {
    String rule =
        Stream.of(type.getEnumConstants())
            .map(E::toString)
            .collect(Collectors.joining(", ", "one of ", ""));
    return new Param<>(
        stage,
        name,
        doc + " (" + rule + ")",
        new Rule<>(stage, name, rule, value -> find(type, value) != null));
  }

  /** The constant that a param of {@link #oneOf} names. */
  public static <E extends Enum<E>> E parse(Class<E> type, String value) {
    return Objects.requireNonNull(find(type, value));
  }

  private static <E extends Enum<E>> E find(Class<E> type, String value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.toString().equals(value)) {
        return constant;
      }
    }
    return null;
  }

  /**
   * A text that {@code parse} reads.
   *
   * @param parse throws {@link IllegalArgumentException} if it cannot read the text
   */
  public static Param<String> text(
      String rule, Function<String, ?> parse, Params stage, String name, String doc) {
    return new Param<>(
        stage,
        name,
        doc + " (" + rule + ")",
        new Rule<>(stage, name, rule, value -> parses(parse, value)));
  }

  private static boolean parses(Function<String, ?> parse, String value) {
    try {
      return parse.apply(value) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The name of a column. */
  public static Param<String> column(Params stage, String name, String doc) {
    return new Param<>(stage, name, doc);
  }

  /** Names of columns. */
  public static StringArrayParam columns(Params stage, String name, String doc) {
    return new StringArrayParam(stage, name, doc);
  }

  /** Any whole number. */
  public static LongParam any(Params stage, String name, String doc) {
    return new LongParam(stage, name, doc);
  }

  /** True or false. */
  public static BooleanParam flag(Params stage, String name, String doc) {
    return new BooleanParam(stage, name, doc);
  }
}
