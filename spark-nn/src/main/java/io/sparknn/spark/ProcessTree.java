package io.sparknn.spark;

import java.io.Serializable;

/**
 * A tree of processes that sums go up and weights go down: the driver is its root, and each process
 * has at most so many children.
 */
public record ProcessTree(int fanOut) implements Serializable {

  /** What a level costs however little it passes on, between processes that are connected. */
  private static final double CONNECTED_SECONDS = 0.5e-3;

  /** What a level costs that is a stage of a Spark job of its own. */
  private static final double STAGE_SECONDS = 30e-3;

  /** What a process receives and adds up in a second, on a network of 10 Gbit/s. */
  private static final double BYTES_PER_SECOND = 1e9;

  /**
   * The best tree of a number of processes.
   *
   * @param bytes of the sums of one of them
   * @param depth the number of levels; 0 to choose it
   */
  public static ProcessTree of(int processes, long bytes, int depth) {
    int levels = depth > 0 ? depth : depth(processes, bytes, CONNECTED_SECONDS);
    return new ProcessTree(fanOut(processes, levels));
  }

  /** The best tree of a number of processes if each level is a stage of a Spark job. */
  public static ProcessTree ofStages(int processes, long bytes) {
    return new ProcessTree(fanOut(processes, depth(processes, bytes, STAGE_SECONDS)));
  }

  /** Each level lets its processes wait, and receive the sums of their children one by one. */
  private static int depth(int processes, long bytes, double levelSeconds) {
    int best = 1;
    double least = Double.POSITIVE_INFINITY;
    for (int levels = 1; levels == 1 || fanOut(processes, levels - 1) > 2; levels++) {
      double seconds =
          levels * (levelSeconds + fanOut(processes, levels) * bytes / BYTES_PER_SECOND);
      if (seconds < least) {
        best = levels;
        least = seconds;
      }
    }
    return best;
  }

  /** The least number of children with which so many levels hold all processes. */
  private static int fanOut(int processes, int levels) {
    int fanOut = 1;
    while (capacity(fanOut, levels) < processes) {
      fanOut++;
    }
    return fanOut;
  }

  private static long capacity(int fanOut, int levels) {
    long capacity = 0;
    long width = 1;
    for (int level = 0; level < levels; level++) {
      width *= fanOut;
      capacity += width;
    }
    return capacity;
  }

  /** The number of levels that hold so many processes. */
  public int levels(int processes) {
    int levels = 1;
    while (capacity(fanOut, levels) < processes) {
      levels++;
    }
    return levels;
  }

  /** Whether the driver is the parent of all. */
  boolean isFlat(int processes) {
    return processes <= fanOut;
  }

  /** The process that process {@code rank} hands in to, counted from 0; -1 for the driver. */
  int parent(int rank) {
    return rank / fanOut - 1;
  }

  /** How many of the processes hand in to process {@code rank}. */
  int children(int rank, int processes) {
    int first = (rank + 1) * fanOut;
    return Math.max(0, Math.min(processes - first, fanOut));
  }
}
