package io.sparknn.training;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Tensor;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A partition's share of every batch: the rows numbered {@code from .. to - 1}, of which it trains
 * a replica on those that the plan selects.
 */
public record Share(BatchPlan plan, Loss loss, long from, long to) {

  /** So many rows are scored at a time. */
  private static final int VALIDATION_ROWS = 256;

  /** So many bad rows are named. */
  private static final int NAMED_ROWS = 5;

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
      // Spark keeps what is read locked until its end.
      blocks.forEachRemaining(block -> {});
      return sum;
    }
    Batch batch = gather(replica, blocks, epoch, iteration, rows);
    replica.forward(weights);
    Batch.Sums sums = batch.evaluate(replica, replica.outputGradient());
    replica.backward(gradient);
    sum.add(gradient, sums.evaluation(), sums.weight(), sums.rows());
    sum.took(System.nanoTime() - began);
    return sum;
  }

  /** Begins a training step of the replica with this share's rows. */
  private Batch gather(
      Replica replica, Iterator<RowBlock> blocks, int epoch, int iteration, int rows) {
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
    batch.start(replica, Randoms.key(Randoms.key(plan.seed(), -1 - epoch), iteration));
    return batch;
  }

  /**
   * Tells which values of an iteration are not finite; null if all outputs are.
   *
   * @param blocks the share's rows in order
   */
  public String diagnose(
      Replica replica, Iterator<RowBlock> blocks, float[] weights, int epoch, int iteration) {
    int rows = plan.count(epoch, iteration, from, to);
    if (rows == 0) {
      blocks.forEachRemaining(block -> {});
      return null;
    }
    Batch batch = gather(replica, blocks, epoch, iteration, rows);
    replica.forward(weights);
    Replica.Fault fault = replica.fault();
    if (fault == null) {
      return null;
    }
    List<Integer> faulty = fault.rows();
    String ids =
        faulty.stream()
            .limit(NAMED_ROWS)
            .map(row -> String.valueOf(batch.id(row)))
            .collect(Collectors.joining(", "));
    return "%s is not finite in %d of %d rows of a partition, the first of them number %s (counted from 0)"
        .formatted(fault.place(), faulty.size(), rows, ids);
  }

  /**
   * Loss and metric of all rows of a partition, without a gradient.
   *
   * @param blocks the rows
   */
  public static GradientSum validate(
      Replica replica, Loss loss, Iterator<RowBlock> blocks, float[] weights) {
    long began = System.nanoTime();
    GradientSum sum = new GradientSum();
    while (blocks.hasNext()) {
      RowBlock block = blocks.next();
      for (int from = 0; from < block.rows(); from += VALIDATION_ROWS) {
        int to = Math.min(block.rows(), from + VALIDATION_ROWS);
        Batch batch = new Batch(replica.network(), loss, to - from);
        for (int row = from; row < to; row++) {
          batch.add(block, row, row);
        }
        batch.startScoring(replica);
        replica.forward(weights);
        Tensor output = replica.output();
        Tensor unused = new Tensor(new float[output.size()], 0, output.shape());
        Batch.Sums sums = batch.evaluate(replica, unused);
        sum.add(null, sums.evaluation(), sums.weight(), sums.rows());
      }
    }
    sum.took(System.nanoTime() - began);
    return sum;
  }
}
