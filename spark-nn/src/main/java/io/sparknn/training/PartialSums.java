package io.sparknn.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gradient sums of partitions on their way to one sum. They are added up along one binary tree over
 * the partitions' numbers, in which a part covers an aligned run of {@code 2^level} partitions and
 * two neighbours make one part of the next level. So the total is the same, to the bit, wherever
 * and in whatever order the parts come together.
 */
public final class PartialSums {

  /**
   * The sum over the partitions from {@code index * 2^level} to the next multiple.
   *
   * @param level 0 for a single partition
   */
  public record Part(int level, int index, GradientSum sum) implements Serializable {

    /** One partition's sum. */
    public static Part of(int partition, GradientSum sum) {
      return new Part(0, partition, sum);
    }

    /** The first partition. */
    public int first() {
      return index << level;
    }

    private boolean covers(int partition) {
      return partition >> level == index;
    }

    /** The first partition of the part that this one is added to, or that is added to it. */
    private int neighbour() {
      return (index ^ 1) << level;
    }

    private Part grown(GradientSum total) {
      return new Part(level + 1, index >> 1, total);
    }
  }

  private final int partitions;
  private final int height;

  /** By their first partitions. */
  private final TreeMap<Integer, Part> parts = new TreeMap<>();

  /** No parts of the sum over so many partitions. */
  public PartialSums(int partitions) {
    this.partitions = partitions;
    this.height = Integer.SIZE - Integer.numberOfLeadingZeros(partitions - 1);
  }

  /**
   * Adds a part, whose sum is taken over and may change; one whose partitions are there already, as
   * a task that ran twice brings it, is dropped, and so are parts that are contained in this one.
   * May be called by several threads at once: neighbours are added up outside the lock.
   */
  public void add(Part part) {
    Part grown = part;
    while (true) {
      Part neighbour;
      synchronized (this) {
        if (has(grown.first())) {
          return;
        }
        // Parts of this one came alone, too.
        parts.subMap(grown.first(), (grown.index + 1) << grown.level).clear();
        while (grown.level < height && grown.neighbour() >= partitions) {
          grown = grown.grown(grown.sum);
        }
        neighbour = parts.get(grown.neighbour());
        if (grown.level == height || neighbour == null || neighbour.level != grown.level) {
          parts.put(grown.first(), grown);
          return;
        }
        parts.remove(neighbour.first());
      }
      boolean isLeft = grown.index < neighbour.index;
      Part left = isLeft ? grown : neighbour;
      grown = left.grown(left.sum.add(isLeft ? neighbour.sum : grown.sum));
    }
  }

  private boolean has(int partition) {
    Map.Entry<Integer, Part> before = parts.floorEntry(partition);
    return before != null && before.getValue().covers(partition);
  }

  /** All parts, in order, none of which can be added to another. */
  public synchronized List<Part> parts() {
    return List.copyOf(parts.values());
  }

  /** The sum over all partitions; null while some are missing. */
  public synchronized GradientSum total() {
    Part root = parts.get(0);
    return root != null && root.level == height ? root.sum : null;
  }

  /** The partitions of which no part is there. */
  public synchronized List<Integer> missing() {
    List<Integer> missing = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      if (!has(partition)) {
        missing.add(partition);
      }
    }
    return missing;
  }
}
