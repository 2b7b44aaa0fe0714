package io.sparknn.training;

import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import java.util.List;

/** Gradients computed in the calling thread, over rows in memory. */
public final class LocalGradientSource implements GradientSource {

  private final Replica replica;
  private final Loss loss;
  private final BatchPlan plan;
  private final List<List<RowBlock>> partitions;

  /**
   * A source over rows that lie in one or more partitions, whose gradient sums are added in order.
   */
  public LocalGradientSource(
      Network network, Loss loss, BatchPlan plan, List<List<RowBlock>> partitions) {
    this.replica = new Replica(network);
    this.loss = loss;
    this.plan = plan;
    this.partitions = partitions;
  }

  @Override
  public GradientSum gradient(float[] weights, int epoch, int iteration) {
    GradientSum sum = new GradientSum();
    long from = 0;
    for (List<RowBlock> blocks : partitions) {
      long to = from + blocks.stream().mapToLong(RowBlock::rows).sum();
      Share share = new Share(plan, loss, from, to);
      sum.add(share.gradient(replica, blocks.iterator(), weights, epoch, iteration));
      from = to;
    }
    return sum;
  }
}
