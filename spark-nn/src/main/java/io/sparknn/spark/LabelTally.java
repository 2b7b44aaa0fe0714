package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.training.RowBlock;
import io.sparknn.training.RowBlock.Values;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How the labels of a partition are distributed: their mean and variance, and how many rows fall to
 * each of a few groups of equal labels.
 */
@DefaultSerializer(JavaSerializer.class)
final class LabelTally implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A partition of fewer rows tells nothing. */
  private static final int FEWEST = 50;

  private static final int GROUP_BITS = 4;

  /** So much of what labels differ by lies between partitions, not within them. */
  private static final double STRONG = 0.1;

  private final long[] groups = new long[1 << GROUP_BITS];
  private long rows;
  private double sum;
  private double squares;

  /** Counts a block's labels; several labels of a row are taken for their sum, or as one. */
  void add(RowBlock block) {
    Values labels = block.labels();
    for (int row = 0; row < labels.rows(); row++) {
      double label = 0;
      for (int i = 0; i < labels.length(row); i++) {
        label += labels.data()[labels.start(row) + i];
      }
      groups[(int) (labels.digest(row) >>> (Long.SIZE - GROUP_BITS))]++;
      rows++;
      sum += label;
      squares += label * label;
    }
  }

  /**
   * Whether labels depend strongly on the partition: by their means (the share of the variance that
   * lies between partitions) or by their groups (the square of Cramer's V).
   */
  static boolean differ(List<LabelTally> partitions) {
    List<LabelTally> counted = new ArrayList<>(partitions);
    counted.removeIf(tally -> tally.rows < FEWEST);
    return counted.size() > 1 && Math.max(variance(counted), association(counted)) > STRONG;
  }

  private static double variance(List<LabelTally> partitions) {
    double rows = partitions.stream().mapToDouble(tally -> tally.rows).sum();
    double mean = partitions.stream().mapToDouble(tally -> tally.sum).sum() / rows;
    double all = partitions.stream().mapToDouble(tally -> tally.squares).sum() - rows * mean * mean;
    double between = 0;
    for (LabelTally tally : partitions) {
      double deviation = tally.sum / tally.rows - mean;
      between += tally.rows * deviation * deviation;
    }
    return all > 0 ? between / all : 0;
  }

  private static double association(List<LabelTally> partitions) {
    double rows = partitions.stream().mapToDouble(tally -> tally.rows).sum();
    double square = 0;
    int used = 0;
    for (int group = 0; group < 1 << GROUP_BITS; group++) {
      int which = group;
      double all = partitions.stream().mapToDouble(tally -> tally.groups[which]).sum();
      used += all > 0 ? 1 : 0;
      for (LabelTally tally : partitions) {
        double expected = all * tally.rows / rows;
        double deviation = tally.groups[group] - expected;
        square += expected > 0 ? deviation * deviation / expected : 0;
      }
    }
    int least = Math.min(used, partitions.size()) - 1;
    return least > 0 ? square / (rows * least) : 0;
  }
}
