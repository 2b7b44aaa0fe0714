package io.sparknn.spark;

import io.sparknn.spark.Packer.Packed;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;

/**
 * What each partition held when it was packed. Spark computes a partition again where an executor
 * has gone or a block was evicted, and an input that is not deterministic gives other rows then.
 *
 * @param what the rows are called in messages
 * @param rows of each partition
 * @param digests of each partition's values, whatever their order
 */
record Inventory(String what, long[] rows, long[] digests) implements Serializable {

  private static final String REMEDY =
      ": its input does not give the same rows each time it is read; write or checkpoint the input first, so that it can be read again";

  /** The number of all rows. */
  long total() {
    return Arrays.stream(rows).sum();
  }

  /** The digest of all rows: the same in whatever partitions they lie. */
  long digest() {
    return Arrays.stream(digests).sum();
  }

  /** Reads a partition to its end; tells how it differs from what was packed, null if not. */
  String difference(int partition, Iterator<Packed> now) {
    long count = 0;
    long digest = 0;
    String problem = null;
    while (now.hasNext()) {
      Packed packed = now.next();
      if (packed.problem() == null) {
        count += packed.block().rows();
        digest += packed.block().digest();
      } else {
        problem = packed.problem();
      }
    }
    String found = null;
    if (problem != null) {
      found = "cannot be packed again (" + problem + ")";
    } else if (count != rows[partition]) {
      found = "has " + count + " now that they were computed again";
    } else if (digest != digests[partition]) {
      found = "has as many with other values now that they were computed again";
    }
    return found == null
        ? null
        : "partition "
            + partition
            + " of "
            + what
            + " had "
            + rows[partition]
            + " rows when they were packed, and "
            + found
            + REMEDY;
  }

  /**
   * Reads partitions, in one job, which computes again what was lost.
   *
   * @throws IllegalArgumentException if one of them differs from what was packed
   */
  void check(JavaRDD<Packed> packed, List<Integer> partitions) {
    Inventory self = this;
    List<String>[] found =
        packed
            .mapPartitionsWithIndex((partition, now) -> self.differences(partition, now), true)
            .collectPartitions(partitions.stream().mapToInt(Integer::intValue).toArray());
    Arrays.stream(found)
        .flatMap(List::stream)
        .findFirst()
        .ifPresent(
            difference -> {
              throw new IllegalArgumentException(difference);
            });
  }

  private Iterator<String> differences(int partition, Iterator<Packed> now) {
    String difference = difference(partition, now);
    return difference == null ? List.<String>of().iterator() : List.of(difference).iterator();
  }
}
