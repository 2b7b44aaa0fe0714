package io.sparknn.spark;

import io.sparknn.graph.AllReduce;
import io.sparknn.graph.Gradient;
import io.sparknn.graph.Replica;
import io.sparknn.spark.CachedRows.Rows;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.tensor.ExactSums;
import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums.Part;
import io.sparknn.training.Share;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.storage.RDDBlockId;

/**
 * A task of the barrier stage: computes its partition's gradient for each order of its process'
 * exchange, until there is nothing left to do.
 *
 * @param validationRdd the number of the RDD that is kept for validation
 * @param exchange its name
 * @param driver where the driver's exchange listens; null if it is in this process
 * @param secret what whoever connects to an exchange must know
 */
record BarrierTask(
    TrainingRun run,
    int validationRdd,
    String exchange,
    String driver,
    Secret secret,
    ProcessTree tree)
    implements Serializable {

  void train(Rows rows) throws IOException, InterruptedException {
    if (BarrierTaskContext.get().stageAttemptNumber() > 0) {
      throw new IllegalStateException("replicas were lost; the driver starts another stage");
    }
    Native.prepare();
    try (Team team = Team.join(this)) {
      Exchange exchange = team.connect();
      Replica replica = run.replicas().value().take();
      Gradient memory = run.newMemory();
      Turns turns = new Turns(exchange, rows.partition());
      while (!turns.order.isEnd()) {
        List<Part> parts = new ArrayList<>();
        try {
          for (Rows part : turns.order.validates() ? validationRows(rows) : List.of(rows)) {
            memory.clear();
            parts.add(Part.of(part.partition(), compute(turns, part, replica, memory)));
          }
          turns.deliver(parts);
        } catch (AbandonedException e) {
          // There is another order by now.
        }
      }
      run.replicas().value().giveBack(replica);
    }
  }

  private GradientSum compute(Turns turns, Rows part, Replica replica, Gradient memory) {
    Assignment work = turns.order.work();
    Share.Rows source = work.validates() ? part::read : part.toTrain(run);
    return run.compute(work, part.partition(), replica, memory, source, turns);
  }

  /** The order for which a pass waited for a sum is no longer of interest. */
  private static final class AbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AbandonedException() {
      super("the iteration was given up", null, false, false);
    }
  }

  /** The orders of an exchange, one after another; some of them come in the middle of a pass. */
  private static final class Turns implements AllReduce {
    private final Exchange exchange;
    private final int partition;
    private Order order;

    Turns(Exchange exchange, int partition) throws InterruptedException {
      this.exchange = exchange;
      this.partition = partition;
      this.order = exchange.await(0);
    }

    void deliver(List<Part> parts) throws InterruptedException {
      exchange.deliver(order.number(), parts);
      order = exchange.await(order.number());
    }

    /** Hands in this pass' part of a sum, and waits for the order that brings the whole. */
    @Override
    public double[] addUp(ExactSums own) {
      int known = order.work().totals().length;
      try {
        deliver(List.of(Part.of(partition, GradientSum.pending(own))));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the task was interrupted", e);
      }
      if (order.isEnd() || order.work().totals().length != known + 1) {
        throw new AbandonedException();
      }
      return order.work().lastTotal();
    }
  }

  /** The partitions kept for validation that fall to the task of a training partition. */
  private List<Rows> validationRows(Rows rows) {
    List<Rows> all = new ArrayList<>();
    int tasks = run.partitions(false);
    for (int i = rows.partition(); i < run.partitions(true); i += tasks) {
      all.add(new Rows(new RDDBlockId(validationRdd, i)));
    }
    return all;
  }
}
