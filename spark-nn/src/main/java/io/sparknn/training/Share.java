package io.sparknn.training;

import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import io.sparknn.loss.Loss.Evaluation;
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
   * @param blocks the share's rows in order
   */
  public GradientSum gradient(
      Replica replica, Iterator<RowBlock> blocks, float[] weights, int epoch, int iteration) {
    GradientSum sum = new GradientSum();
    int rows = plan.count(epoch, iteration, from, to);
    if (rows == 0) {
      return sum;
    }
    long[] ids = new long[rows];
    long iterationKey = Randoms.key(Randoms.key(plan.seed(), -1 - epoch), iteration);
    replica.startTraining(rows, iterationKey, ids);
    Batch batch = new Batch(replica, ids, loss.labelSize(replica.network().outputShape().size()));
    long start = from;
    while (blocks.hasNext()) {
      RowBlock block = blocks.next();
      long first = start;
      plan.select(epoch, iteration, first, first + block.rows(), id -> batch.add(block, first, id));
      start += block.rows();
    }
    replica.forward(weights);
    Evaluation evaluation =
        loss.evaluate(replica.output(), batch.labels, batch.weights, replica.outputGradient());
    float[] gradient = new float[replica.network().size()];
    replica.backward(gradient);
    sum.add(gradient, evaluation, batch.weight, rows);
    return sum;
  }

  /** Gathers the selected rows into a replica's inputs. */
  private static final class Batch {
    private final Replica replica;
    private final long[] ids;
    private final int labelSize;
    private final float[] labels;
    private final float[] weights;
    private double weight;
    private int rows;

    Batch(Replica replica, long[] ids, int labelSize) {
      this.replica = replica;
      this.ids = ids;
      this.labelSize = labelSize;
      labels = new float[ids.length * labelSize];
      weights = new float[ids.length];
    }

    void add(RowBlock block, long first, long id) {
      int row = (int) (id - first);
      for (int i = 0; i < block.inputs().length; i++) {
        float[] values = block.inputs()[i];
        int size = values.length / block.rows();
        var input = replica.input(i);
        System.arraycopy(values, row * size, input.data(), input.offset() + rows * size, size);
      }
      System.arraycopy(block.labels(), row * labelSize, labels, rows * labelSize, labelSize);
      weights[rows] = block.weights()[row];
      weight += weights[rows];
      ids[rows++] = id;
    }
  }
}
