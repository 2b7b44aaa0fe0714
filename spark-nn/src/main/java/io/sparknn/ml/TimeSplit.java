package io.sparknn.ml;

import io.sparknn.spark.Finding;
import io.sparknn.training.Times;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Where the time of a training went, validation aside, and what to do where much of it was not
 * spent on computing.
 *
 * @param times the sum over all iterations
 * @param iterations their number
 */
public record TimeSplit(Times times, int iterations) {

  /** From this share of the time on, something should be done. */
  private static final double MUCH = 0.2;

  /** In seconds: what replicas of a short training wait for one another says nothing. */
  private static final double LONG = 2;

  private static final String SKEW_REMEDY =
      "repartition the data evenly, and see to it that no executor is slower or busier than the others";

  /** The time of all iterations. */
  public double seconds() {
    return parts().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private Map<String, Double> parts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("compute", times.compute());
    parts.put("skew", times.skew());
    parts.put("broadcast", times.broadcast());
    parts.put("aggregation", times.aggregation());
    parts.put("scheduling", times.scheduling());
    parts.put("update", times.update());
    return parts;
  }

  private boolean isMuch(double part) {
    return part > MUCH * seconds();
  }

  /** What would make training faster, the most important first; nothing if computing prevails. */
  public List<String> suggestions() {
    List<String> suggestions = new ArrayList<>();
    if (isMuch(times.scheduling())) {
      suggestions.add(
          "scheduling: let tasks stay with aggregationMode barrier, which takes a free task slot for each partition and no dynamic allocation; or make iterations fewer by a larger batchSize or localSteps");
    }
    if (isMuch(times.broadcast() + times.aggregation())) {
      suggestions.add(
          "broadcast and aggregation: exchange less by a larger batchSize, localSteps above 1 or gradientPrecision bfloat16; or use fewer executors of more cores");
    }
    if (isMuch(times.skew())) {
      suggestions.add("skew: " + SKEW_REMEDY);
    }
    if (isMuch(times.update())) {
      suggestions.add(
          "update: the driver's step of the solver takes long; make steps fewer by a larger batchSize or localSteps");
    }
    return suggestions;
  }

  /** What to do about replicas that waited long for the slowest one. */
  Optional<Finding> skew() {
    return isMuch(times.skew()) && times.skew() > LONG
        ? Optional.of(
            new Finding(
                true,
                String.format(
                    Locale.ROOT,
                    "for %.1f of %.1f seconds replicas waited for the slowest one: %s",
                    times.skew(),
                    seconds(),
                    SKEW_REMEDY)))
        : Optional.empty();
  }

  /** As in {@code an iteration took 5.0 ms: compute 3.6 (72%), skew 0.2 (4%), ...}. */
  @Override
  public String toString() {
    double scale = 1000.0 / Math.max(1, iterations);
    double seconds = Math.max(seconds(), 1e-9);
    return String.format(Locale.ROOT, "an iteration took %.1f ms: ", scale * seconds)
        + parts().entrySet().stream()
            .map(
                part ->
                    String.format(
                        Locale.ROOT,
                        "%s %.1f (%.0f%%)",
                        part.getKey(),
                        scale * part.getValue(),
                        100 * part.getValue() / seconds))
            .collect(Collectors.joining(", "));
  }
}
