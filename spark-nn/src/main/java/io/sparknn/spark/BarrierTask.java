package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Replica;
import io.sparknn.spark.CachedRows.Rows;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums.Part;
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
      Order order = exchange.await(0);
      while (!order.isEnd()) {
        List<Part> parts = new ArrayList<>();
        for (Rows part : order.validates() ? validationRows(rows) : List.of(rows)) {
          memory.clear();
          GradientSum sum =
              run.compute(
                  order.work(),
                  part.partition(),
                  replica,
                  memory,
                  order.validates() ? part::read : part.toTrain(run));
          parts.add(Part.of(part.partition(), sum));
        }
        exchange.deliver(order.number(), parts);
        order = exchange.await(order.number());
      }
      run.replicas().value().giveBack(replica);
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
