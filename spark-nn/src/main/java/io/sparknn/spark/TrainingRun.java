package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.GradientSum;
import io.sparknn.training.RowBlock;
import io.sparknn.training.Share;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.broadcast.Broadcast;

/**
 * What every task of a training run needs to know.
 *
 * @param id tells runs of one application apart
 * @param starts the number of rows before each partition, and of all rows at the end
 * @param validationPartitions how many partitions of rows are kept for validation
 */
record TrainingRun(
    String id,
    Broadcast<Replicas> replicas,
    BatchPlan plan,
    Loss loss,
    long[] starts,
    int validationPartitions)
    implements Serializable {

  /** The number of partitions that take part in an order. */
  int partitions(boolean validates) {
    return validates ? validationPartitions : starts.length - 1;
  }

  Share share(int partition) {
    return new Share(plan, loss, starts[partition], starts[partition + 1]);
  }

  /** Does what an order says with the rows of one partition. */
  GradientSum compute(
      Order order, int partition, Replica replica, Gradients gradients, Iterator<RowBlock> rows) {
    if (order.validates()) {
      return Share.validate(replica, loss, rows, order.weights());
    }
    return share(partition)
        .gradient(
            replica, gradients.cleared(), rows, order.weights(), order.epoch(), order.iteration());
  }

  /** Gives gradients that are 0. */
  @FunctionalInterface
  interface Gradients {
    Gradient cleared();
  }
}
