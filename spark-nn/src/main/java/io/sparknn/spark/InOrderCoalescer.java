package io.sparknn.spark;

import java.io.Serializable;
import org.apache.spark.Partition;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;

/**
 * Groups consecutive partitions. Spark's own coalescer groups those that are cached on one machine,
 * so that the order of the rows, and with it the training, would depend on where they are.
 */
final class InOrderCoalescer implements PartitionCoalescer, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public PartitionGroup[] coalesce(int groups, RDD<?> parent) {
    Partition[] partitions = parent.partitions();
    PartitionGroup[] result = new PartitionGroup[groups];
    for (int i = 0; i < groups; i++) {
      int from = (int) ((long) partitions.length * i / groups);
      int to = (int) ((long) partitions.length * (i + 1) / groups);
      result[i] = new PartitionGroup(parent.preferredLocations(partitions[from]).headOption());
      for (int k = from; k < to; k++) {
        result[i].partitions().addOne(partitions[k]);
      }
    }
    return result;
  }
}
