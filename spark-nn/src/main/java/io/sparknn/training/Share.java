package io.sparknn.training;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import io.sparknn.tensor.Randoms;
import java.util.Iterator;

/**
 * A partition's share of every batch: the rows numbered {@code from .. to - 1}, of which it trains
 * a replica on those that the plan selects.
 */
public record Share(BatchPlan plan, Loss loss, long from, long to) {

  /**
   * The gradient sum over this share of an iteration's batch.
   *
   * @param gradient which the sum takes over; it must be 0
   * @param blocks the share's rows in order
   */
  public GradientSum gradient(
      Replica replica,
      Gradient gradient,
      Iterator<RowBlock> blocks,
      float[] weights,
      int epoch,
      int iteration) {
    long began = System.nanoTime();
    GradientSum sum = new GradientSum();
    int rows = plan.count(epoch, iteration, from, to);
    if (rows == 0) {
      return sum;
    }
    long key = Randoms.key(Randoms.key(plan.seed(), -1 - epoch), iteration);
    Batch batch = new Batch(replica.network(), loss, rows);
    long start = from;
    while (blocks.hasNext()) {
      RowBlock block = blocks.next();
      long first = start;
      plan.select(
          epoch,
          iteration,
          first,
          first + block.rows(),
          id -> batch.add(block, (int) (id - first), id));
      start += block.rows();
    }
    batch.start(replica, key);
    replica.forward(weights);
    Batch.Sums sums = batch.evaluate(replica);
    replica.backward(gradient);
    sum.add(gradient, sums.evaluation(), sums.weight(), sums.rows());
    sum.took(System.nanoTime() - began);
    return sum;
  }
}
