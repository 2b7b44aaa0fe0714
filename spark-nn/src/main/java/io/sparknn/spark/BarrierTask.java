package io.sparknn.spark;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Replica;
import io.sparknn.spark.CachedRows.Rows;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums.Part;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.storage.RDDBlockId;

/**
 * A task of the barrier stage: computes its partition's gradient for each order of its process'
 * exchange, until there is nothing left to do.
 *
 * @param validationRdd the number of the RDD that is kept for validation
 * @param exchange its name
 * @param host where the driver's exchange listens; null if it is in this process
 */
record BarrierTask(TrainingRun run, int validationRdd, String exchange, String host, int port)
    implements Serializable {

  void train(Rows rows) throws IOException, InterruptedException {
    if (BarrierTaskContext.get().stageAttemptNumber() > 0) {
      throw new IllegalStateException("replicas were lost; the driver starts another stage");
    }
    Native.prepare();
    try (Team team = Team.join(this)) {
      Replica replica = run.replicas().value().take();
      Gradient memory = run.newMemory();
      Order order = team.exchange.await(0);
      while (!order.isEnd()) {
        List<Part> parts = new ArrayList<>();
        for (Rows part : order.validates() ? validationRows(rows) : List.of(rows)) {
          memory.clear();
          GradientSum sum =
              run.compute(order.work(), part.partition(), replica, memory, part::read);
          parts.add(Part.of(part.partition(), sum));
        }
        team.exchange.deliver(order.number(), parts);
        order = team.exchange.await(order.number());
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

  /** The tasks of one process, and what they share. */
  private static final class Team implements Closeable {

    private static final Map<String, Team> TEAMS = new HashMap<>();

    private final String name;
    private final Exchange exchange;
    private final GradientClient client;
    private int tasks;

    /** The team of the process that the driver is, too. */
    private Team(Exchange exchange) {
      this.name = "";
      this.exchange = exchange;
      this.client = null;
    }

    private Team(BarrierTask task) throws IOException, InterruptedException {
      name = task.exchange;
      exchange = new Exchange(task.run, members(), this::send);
      client = new GradientClient(exchange, task.host, task.port);
    }

    /** The number of this stage's tasks in this process. */
    private static int members() {
      BarrierTaskContext task = BarrierTaskContext.get();
      List<String> addresses =
          Arrays.stream(task.getTaskInfos()).map(BarrierTaskInfo::address).toList();
      return Collections.frequency(addresses, addresses.get(task.partitionId()));
    }

    private void send(long number, List<Part> parts) {
      client.send(number, parts);
    }

    static Team join(BarrierTask task) throws IOException, InterruptedException {
      if (task.host == null) {
        return new Team(BarrierAggregation.exchange(task.exchange));
      }
      synchronized (TEAMS) {
        Team team = TEAMS.get(task.exchange);
        if (team == null) {
          team = new Team(task);
          TEAMS.put(task.exchange, team);
        }
        team.tasks++;
        return team;
      }
    }

    @Override
    public void close() {
      synchronized (TEAMS) {
        tasks--;
        if (tasks == 0 && client != null) {
          TEAMS.remove(name);
          client.close();
        }
      }
    }
  }
}
