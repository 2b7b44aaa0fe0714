package io.sparknn.optim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The schedules by name, with their arguments; {@link Schedule} says what each computes. */
enum ScheduleKind {
  CONSTANT((a, t, total) -> 1, a -> true, ""),
  STEP(
      (a, t, total) -> Math.pow(a.get(1), Math.floor(t / a.get(0))),
      a -> a.get(0) > 0 && isFactor(a.get(1)),
      "epochs, factor",
      10,
      0.1),
  EXPONENTIAL((a, t, total) -> Math.pow(a.get(0), t), a -> isFactor(a.get(0)), "factor", 0.95),
  COSINE(
      (a, t, total) -> cosine(a.get(0), a.get(1), a.get(2), t, total),
      a -> a.get(0) >= 0 && a.get(1) >= 1 && isShare(a.get(2)),
      "epochs, restartFactor, min",
      0,
      1,
      0),
  POLYNOMIAL(
      (a, t, total) -> fall(1, a.get(1), Math.pow(1 - share(t, total), a.get(0))),
      a -> a.get(0) > 0 && isShare(a.get(1)),
      "power, end",
      1,
      0),
  ONE_CYCLE(
      (a, t, total) -> oneCycle(a.get(0), a.get(1), a.get(2), share(t, total)),
      a -> isShare(a.get(0)) && isShare(a.get(1)) && isShare(a.get(2)),
      "warmShare, startFactor, endFactor",
      0.3,
      0.04,
      0.000004),
  REDUCE_ON_PLATEAU(
      (a, t, total) -> 1,
      a -> isFactor(a.get(0)) && a.get(1) >= 0 && a.get(2) >= 0,
      "factor, patience, minDelta",
      0.1,
      10,
      0.0001) {
    @Override
    Schedule with(List<Double> arguments) {
      return new ReduceOnPlateau(arguments);
    }
  };

  private static final Pattern TEXT = Pattern.compile("([a-z_]+)(?:\\((.+)\\))?");

  /** What the step size is multiplied by; {@code a} are the arguments. */
  private interface Formula {
    double factor(List<Double> a, double epoch, double totalEpochs);
  }

  /** A schedule without state. */
  private record Fixed(ScheduleKind kind, List<Double> arguments) implements Schedule {
    @Override
    public double factor(double epoch, double totalEpochs) {
      return kind.formula.factor(arguments, epoch, totalEpochs);
    }

    @Override
    public boolean dependsOnEnd() {
      return kind.dependsOnEnd(arguments);
    }

    @Override
    public String toString() {
      return kind.text(arguments);
    }
  }

  private final Formula formula;
  private final Predicate<List<Double>> holds;
  private final String parameters;
  private final List<Double> defaults;

  ScheduleKind(
      Formula formula, Predicate<List<Double>> holds, String parameters, double... defaults) {
    this.formula = formula;
    this.holds = holds;
    this.parameters = parameters;
    this.defaults = Arrays.stream(defaults).boxed().toList();
  }

  private boolean dependsOnEnd(List<Double> arguments) {
    return switch (this) {
      case COSINE -> arguments.get(0) == 0;
      case POLYNOMIAL, ONE_CYCLE -> true;
      default -> false;
    };
  }

  Schedule with(List<Double> arguments) {
    return new Fixed(this, arguments);
  }

  static Schedule parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (matcher.matches()) {
      for (ScheduleKind kind : values()) {
        if (kind.toString().equals(matcher.group(1))) {
          return kind.with(
              matcher.group(2) == null ? kind.defaults : kind.arguments(matcher.group(2), text));
        }
      }
    }
    throw refused(text);
  }

  private List<Double> arguments(String list, String text) {
    List<Double> arguments;
    try {
      arguments =
          Stream.of(list.split(",", -1))
              .map(String::strip)
              .map(Double::valueOf)
              .collect(Collectors.toCollection(ArrayList::new));
    } catch (NumberFormatException e) {
      throw refused(text);
    }
    if (arguments.size() > defaults.size()) {
      throw refused(text);
    }
    arguments.addAll(defaults.subList(arguments.size(), defaults.size()));
    if (!arguments.stream().allMatch(Double::isFinite) || !holds.test(arguments)) {
      throw refused(text);
    }
    return List.copyOf(arguments);
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "a schedule must be %s; received '%s'".formatted(choices(), text));
  }

  static String choices() {
    return Stream.of(values())
        .map(kind -> kind.parameters.isEmpty() ? "" + kind : kind + "(" + kind.parameters + ")")
        .collect(
            Collectors.joining(
                ", ",
                "one of ",
                ", with step's epochs and power above 0, factor in (0, 1], restartFactor at least"
                    + " 1, warmShare, startFactor, endFactor, min and end in [0, 1], and all else"
                    + " at least 0"));
  }

  /** The text that {@link #parse} reads, without the last arguments that are the defaults. */
  String text(List<Double> arguments) {
    int count = arguments.size();
    while (count > 0 && arguments.get(count - 1).equals(defaults.get(count - 1))) {
      count--;
    }
    return count == 0
        ? toString()
        : arguments.subList(0, count).stream()
            .map(
                value ->
                    value.equals((double) value.intValue())
                        ? "" + value.intValue()
                        : value.toString())
            .collect(Collectors.joining(", ", this + "(", ")"));
  }

  /** The name as users write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static boolean isFactor(double value) {
    return value > 0 && value <= 1;
  }

  private static boolean isShare(double value) {
    return value >= 0 && value <= 1;
  }

  /** The share of the time that is over. */
  private static double share(double epoch, double totalEpochs) {
    return epoch == 0 ? 0 : Math.min(1, epoch / totalEpochs);
  }

  /** Between {@code from} and {@code to}; {@code rest} is the share of the way that is left. */
  private static double fall(double from, double to, double rest) {
    return to + (from - to) * rest;
  }

  /** 1 at first, 0 at last. */
  private static double halfWave(double share) {
    return (1 + Math.cos(Math.PI * share)) / 2;
  }

  private static double cosine(
      double epochs, double restartFactor, double min, double epoch, double totalEpochs) {
    if (epochs == 0) {
      return fall(1, min, halfWave(share(epoch, totalEpochs)));
    }
    double time = epoch;
    double length = epochs;
    if (restartFactor == 1) {
      time %= length;
    }
    while (time >= length) {
      time -= length;
      length *= restartFactor;
    }
    return fall(1, min, halfWave(time / length));
  }

  private static double oneCycle(double warmShare, double start, double end, double share) {
    return share < warmShare
        ? fall(start, 1, halfWave(share / warmShare))
        : fall(1, end, warmShare < 1 ? halfWave((share - warmShare) / (1 - warmShare)) : 1);
  }
}
