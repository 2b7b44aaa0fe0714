package io.sparknn.training;

import io.sparknn.graph.AllReduce;
import io.sparknn.graph.Gradient;
import io.sparknn.graph.Replica;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A partition's share of every batch: the rows numbered {@code from .. to - 1}, of which it trains
 * a replica on those that the plan selects.
 */
public record Share(Recipe recipe, long from, long to) {

  /** The share's rows in order. */
  @FunctionalInterface
  public interface Rows {
    /** Reads them from the first on. */
    Iterator<RowBlock> read();

    /** Passes those that an iteration trains on. */
    default void select(Share share, int epoch, int iteration, RowConsumer consumer) {
      share.forEachBlock(
          read(),
          (block, start) ->
              share
                  .recipe
                  .plan()
                  .select(
                      epoch,
                      iteration,
                      start,
                      start + block.rows(),
                      id -> consumer.accept(block, (int) (id - start), id)));
    }
  }

  /** Takes a block and the number of its first row. */
  interface BlockConsumer {
    void accept(RowBlock block, long start);
  }

  /** The rows are fewer or more than the share has. */
  private static final class OtherRowsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherRowsException() {
      super("the share has other rows", null, false, false);
    }
  }

  /**
   * Passes all blocks to their end: Spark keeps what is read locked until then.
   *
   * @throws OtherRowsException after that, if they are not the share's
   */
  void forEachBlock(Iterator<RowBlock> blocks, BlockConsumer consumer) {
    long start = from;
    while (blocks.hasNext()) {
      RowBlock block = blocks.next();
      if (start + block.rows() <= to) {
        consumer.accept(block, start);
      }
      start += block.rows();
    }
    if (start != to) {
      throw new OtherRowsException();
    }
  }

  /** So many rows are scored at a time. */
  public static final int VALIDATION_ROWS = 256;

  /** So many bad rows are named. */
  private static final int NAMED_ROWS = 5;

  /**
   * Does an assignment. Where the rows are not as many as the share has, nothing is handed in: who
   * adds up misses them.
   *
   * @param memory a gradient or, for local steps, numbers, which the sum takes over; it must be 0
   */
  public GradientSum compute(Assignment work, Replica replica, Gradient memory, Rows rows) {
    return compute(work, replica, memory, rows, null);
  }

  /**
   * As {@link #compute(Assignment, Replica, Gradient, Rows)}.
   *
   * @param others waits for the parts of other replicas where a layer adds up over all of them;
   *     null to hand in this replica's part, {@link GradientSum#pending}, instead of the gradient
   */
  public GradientSum compute(
      Assignment work, Replica replica, Gradient memory, Rows rows, AllReduce others) {
    try {
      return computeAll(work, replica, memory, rows, others);
    } catch (OtherRowsException e) {
      return new GradientSum();
    } finally {
      replica.join(null);
    }
  }

  private GradientSum computeAll(
      Assignment work, Replica replica, Gradient memory, Rows rows, AllReduce others) {
    return switch (work.kind()) {
      case GRADIENT -> gradient(work, replica, memory, rows, others);
      case LOCAL_STEPS ->
          new LocalSteps(replica.network(), recipe.rule()).make(work, this, replica, memory, rows);
      case VALIDATION -> validate(replica, rows.read(), work.weights());
    };
  }

  /** The gradient sum over this share of a batch, whose layers may add up over all replicas. */
  private GradientSum gradient(
      Assignment work, Replica replica, Gradient gradient, Rows rows, AllReduce others) {
    // Who computes a share in parts cannot wait in the middle of one for the sum of all.
    boolean isWhole =
        recipe.microBatchSize() >= recipe.plan().batchSize()
            || recipe.microBatchSize()
                >= recipe.plan().count(work.epoch(), work.iteration(), from, to);
    AllReduce live = isWhole ? others : null;
    return gradient(
        replica,
        gradient,
        rows,
        work.weights(),
        work.epoch(),
        work.iteration(),
        () -> new Rounds(work.totals(), live));
  }

  /** The gradient sum over this share of an iteration's batch. */
  GradientSum gradient(
      Replica replica, Gradient gradient, Rows rows, float[] weights, int epoch, int iteration) {
    return gradient(replica, gradient, rows, weights, epoch, iteration, () -> null);
  }

  private GradientSum gradient(
      Replica replica,
      Gradient gradient,
      Rows rows,
      float[] weights,
      int epoch,
      int iteration,
      Supplier<AllReduce> rounds) {
    long began = System.nanoTime();
    GradientSum sum = new GradientSum();
    gather(
        replica,
        rows,
        epoch,
        iteration,
        batch -> {
          replica.join(rounds.get());
          try {
            batch.forward(weights);
            Batch.Sums sums = batch.evaluate(replica.outputGradient());
            replica.backward(gradient);
            Gradient first = sum.gradient() == null ? gradient : null;
            sum.add(first, sums.evaluation(), sums.weight(), sums.rows());
          } catch (Rounds.PendingException e) {
            sum.wait(e.own);
          }
        });
    sum.took(System.nanoTime() - began);
    return sum;
  }

  /** Passes this share's rows of an iteration, or equal parts of them one after another. */
  private void gather(
      Replica replica, Rows source, int epoch, int iteration, Consumer<Batch> consumer) {
    int rows = recipe.plan().count(epoch, iteration, from, to);
    if (rows > 0) {
      Parts parts = new Parts(replica, rows, epoch, iteration, consumer);
      source.select(this, epoch, iteration, parts::add);
    }
  }

  /** Cuts the rows of an iteration into equal parts. */
  private final class Parts {
    private final Replica replica;
    private final long key;
    private final int size;
    private final Consumer<Batch> consumer;
    private int left;
    private Batch batch;

    Parts(Replica replica, int rows, int epoch, int iteration, Consumer<Batch> consumer) {
      this.replica = replica;
      this.key = Randoms.key(Randoms.key(recipe.plan().seed(), -1 - epoch), iteration);
      this.size = recipe.partSize(rows);
      this.consumer = consumer;
      this.left = rows;
    }

    void add(RowBlock block, int row, long id) {
      if (batch == null) {
        batch = Batch.toTrain(replica, recipe.loss(), Math.min(size, left), key);
      }
      batch.add(block, row, id);
      if (batch.isFull()) {
        left -= batch.rows();
        consumer.accept(batch);
        batch = null;
      }
    }
  }

  /**
   * Tells which values of an iteration are not finite; null if all outputs are.
   *
   * @param rows the share's
   */
  public String diagnose(Replica replica, Rows rows, float[] weights, int epoch, int iteration) {
    List<String> found = new ArrayList<>();
    gather(
        replica,
        rows,
        epoch,
        iteration,
        batch -> {
          batch.forward(weights);
          Replica.Fault fault = replica.fault();
          if (fault != null) {
            found.add(describe(fault, batch));
          }
        });
    return found.isEmpty() ? null : found.get(0);
  }

  private static String describe(Replica.Fault fault, Batch batch) {
    List<Integer> faulty = fault.rows();
    String ids =
        faulty.stream()
            .limit(NAMED_ROWS)
            .map(row -> String.valueOf(batch.id(row)))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s is not finite in %d of %d rows of a partition, the first of them number %s (counted from 0)",
        fault.place(),
        faulty.size(),
        batch.rows(),
        ids);
  }

  /** Loss and metric of all rows, without a gradient. */
  private GradientSum validate(Replica replica, Iterator<RowBlock> blocks, float[] weights) {
    long began = System.nanoTime();
    GradientSum sum = new GradientSum();
    while (blocks.hasNext()) {
      RowBlock block = blocks.next();
      for (int from = 0; from < block.rows(); from += VALIDATION_ROWS) {
        int to = Math.min(block.rows(), from + VALIDATION_ROWS);
        Batch batch = Batch.toScore(replica, recipe.loss(), to - from);
        for (int row = from; row < to; row++) {
          batch.add(block, row, row);
        }
        batch.forward(weights);
        Tensor output = replica.output();
        Tensor unused = new Tensor(new float[output.size()], 0, output.shape());
        Batch.Sums sums = batch.evaluate(unused);
        sum.add(null, sums.evaluation(), sums.weight(), sums.rows());
      }
    }
    sum.took(System.nanoTime() - began);
    return sum;
  }
}
