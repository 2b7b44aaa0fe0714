package io.sparknn.onnx;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What came of the tests, in tables. */
final class OnnxReport {
  private final List<Entry> entries = new ArrayList<>();

  enum Result {
    PASSED,
    NOT_APPLICABLE,
    FAILED
  }

  /**
   * A test.
   *
   * @param operators what it computes by, as in {@code Conv}
   * @param remark why it is not applicable, or what was left out; may be empty
   */
  private record Entry(String operators, boolean covered, Result result, String remark) {}

  /**
   * Adds a test.
   *
   * @param covered whether our layers compute all its operators
   */
  void add(String operators, boolean covered, Result result, String remark) {
    entries.add(new Entry(operators, covered, result, remark));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    row(text, "operators", "passed", "not applicable", "failed", "remarks");
    Map<String, List<Entry>> covered =
        entries.stream()
            .filter(Entry::covered)
            .collect(Collectors.groupingBy(Entry::operators, TreeMap::new, Collectors.toList()));
    covered.forEach((operators, tests) -> row(text, operators, tests));
    row(text, "all of these", entries.stream().filter(Entry::covered).toList(), "");
    row(text, "all", entries, "");
    text.append("%nNot applicable, by reason:%n".formatted());
    counts(entries.stream().filter(entry -> entry.result == Result.NOT_APPLICABLE).toList())
        .forEach(line -> text.append(line).append(System.lineSeparator()));
    return text.toString();
  }

  private static void row(StringBuilder text, String name, List<Entry> tests) {
    row(text, name, tests, String.join("; ", counts(tests)));
  }

  private static void row(StringBuilder text, String name, List<Entry> tests, String remarks) {
    row(
        text,
        name,
        count(tests, Result.PASSED),
        count(tests, Result.NOT_APPLICABLE),
        count(tests, Result.FAILED),
        remarks);
  }

  private static void row(StringBuilder text, Object... cells) {
    text.append("%-34s %6s %14s %6s  %s".formatted(cells).stripTrailing());
    text.append(System.lineSeparator());
  }

  private static long count(List<Entry> tests, Result result) {
    return tests.stream().filter(entry -> entry.result == result).count();
  }

  /** Each remark with the number of its tests, the most frequent one first. */
  private static List<String> counts(List<Entry> tests) {
    return tests.stream()
        .filter(entry -> !entry.remark.isEmpty())
        .collect(Collectors.groupingBy(Entry::remark, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(entry -> String.format(Locale.ROOT, "%d %s", entry.getValue(), entry.getKey()))
        .toList();
  }
}
