package io.sparknn.spark;

import io.sparknn.loss.Loss;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.Share;
import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;

/**
 * What every task of a training run needs to know.
 *
 * @param id tells runs of one application apart
 * @param starts the number of rows before each partition, and of all rows at the end
 */
record TrainingRun(
    String id, Broadcast<Replicas> replicas, BatchPlan plan, Loss loss, long[] starts)
    implements Serializable {

  int partitions() {
    return starts.length - 1;
  }

  Share share(int partition) {
    return new Share(plan, loss, starts[partition], starts[partition + 1]);
  }
}
