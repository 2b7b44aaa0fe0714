package io.sparknn.training;

import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.training.PartialSums.Part;
import java.util.List;

/** Gradients computed in the calling thread, over rows in memory. */
public final class LocalGradientSource implements GradientSource {

  private final Replica replica;
  private final Recipe recipe;
  private final List<List<RowBlock>> partitions;

  /**
   * A source over rows that lie in one or more partitions, whose gradient sums are added up as
   * {@link PartialSums} does.
   */
  public LocalGradientSource(Network network, Recipe recipe, List<List<RowBlock>> partitions) {
    this.replica = new Replica(network);
    this.recipe = recipe;
    this.partitions = partitions;
  }

  @Override
  public GradientSum compute(Assignment work) {
    Assignment known = work;
    GradientSum sum = pass(known);
    while (sum.pending() != null) {
      known = known.plus(sum.pending().totals());
      sum = pass(known);
    }
    return sum;
  }

  private GradientSum pass(Assignment work) {
    PartialSums sums = new PartialSums(partitions.size());
    long from = 0;
    for (int i = 0; i < partitions.size(); i++) {
      List<RowBlock> blocks = partitions.get(i);
      long to = from + blocks.stream().mapToLong(RowBlock::rows).sum();
      Share share = new Share(recipe, from, to);
      sums.add(
          Part.of(
              i,
              share.compute(work, replica, recipe.newMemory(replica.network()), blocks::iterator)));
      from = to;
    }
    return sums.total();
  }

  @Override
  public String diagnose(float[] weights, int epoch, int iteration) {
    long from = 0;
    for (List<RowBlock> blocks : partitions) {
      long to = from + blocks.stream().mapToLong(RowBlock::rows).sum();
      String fault =
          new Share(recipe, from, to)
              .diagnose(replica, blocks::iterator, weights, epoch, iteration);
      if (fault != null) {
        return fault;
      }
      from = to;
    }
    return "";
  }
}
