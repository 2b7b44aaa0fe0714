package io.sparknn.spark;

import java.util.Optional;
import org.apache.spark.util.Utils;

/**
 * The heap of a process, and what training needs of it.
 *
 * @param process as in {@code the driver}
 * @param needed in bytes, about
 * @param limit in bytes
 * @param setting the name of the setting that raises the limit
 * @param remedy what else to do
 */
record Heap(String process, long needed, long limit, String setting, String remedy) {

  /** From this share of the heap on, garbage and packed rows may not find room. */
  private static final double MUCH = 0.7;

  /**
   * A warning if memory is scarce.
   *
   * @param refuses whether to refuse what clearly does not fit
   * @throws IllegalArgumentException if it does not
   */
  Optional<Finding> check(boolean refuses) {
    if (needed <= MUCH * limit) {
      return Optional.empty();
    }
    String advice = "raise %s, %s".formatted(setting, remedy);
    if (needed > limit && refuses) {
      throw new IllegalArgumentException(
          "training needs %s: %s; or set %s to false to train all the same"
              .formatted(this, advice, Preflight.CONF));
    }
    return Optional.of(new Finding(true, "training needs %s: %s".formatted(this, advice)));
  }

  /** As in {@code about 1.5 GiB in the driver, whose heap has 4.0 GiB}. */
  @Override
  public String toString() {
    return "about %s in %s, whose heap has %s"
        .formatted(Utils.bytesToString(needed), process, Utils.bytesToString(limit));
  }
}
