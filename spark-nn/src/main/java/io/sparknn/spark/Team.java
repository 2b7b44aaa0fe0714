package io.sparknn.spark;

import io.sparknn.training.PartialSums.Part;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.apache.spark.SparkEnv;

/**
 * The tasks of a barrier stage in one process. They share an exchange, which hands in to that of
 * the process' parent in the tree.
 */
final class Team implements Closeable {

  private static final Map<String, Team> TEAMS = new HashMap<>();

  private final BarrierTask task;
  private final Exchange exchange;
  private final ErrorFeedback feedback = new ErrorFeedback();

  /** The process of each of the stage's tasks. */
  private final List<String> processes;

  /** For the processes that hand in to this one; null if there are none. */
  private final GradientServer server;

  private final String address;
  private GradientClient client;
  private int tasks;

  /** The team of the process that the driver is, too. */
  private Team(BarrierTask task, Exchange exchange) {
    this.task = task;
    this.exchange = exchange;
    this.processes = List.of();
    this.server = null;
    this.address = "";
  }

  private Team(BarrierTask task) {
    this.task = task;
    BarrierTaskContext context = BarrierTaskContext.get();
    processes = Arrays.stream(context.getTaskInfos()).map(BarrierTaskInfo::address).toList();
    String here = processes.get(context.partitionId());
    List<String> distinct = processes.stream().distinct().toList();
    int children = task.tree().children(distinct.indexOf(here), distinct.size());
    int members = Collections.frequency(processes, here) + children;
    exchange = new Exchange(task.run(), members, this::send);
    if (children > 0) {
      String host = SparkEnv.get().blockManager().blockManagerId().host();
      server = new GradientServer(exchange, task.run(), task.secret());
      address = host + ":" + server.listen(host);
    } else {
      server = null;
      address = "";
    }
  }

  private void send(long number, List<Part> parts) {
    task.run().prepare(parts, feedback);
    client.send(number, parts);
  }

  /** The team of a task, which leaves it by {@link #close}. */
  static Team join(BarrierTask task) {
    if (task.driver() == null) {
      return new Team(task, BarrierAggregation.exchange(task.exchange()));
    }
    synchronized (TEAMS) {
      Team team = TEAMS.computeIfAbsent(task.exchange(), name -> new Team(task));
      team.tasks++;
      return team;
    }
  }

  /** The exchange, connected to the one that its sums go to. */
  Exchange connect() throws IOException, InterruptedException {
    if (task.driver() != null) {
      connect(parent());
    }
    return exchange;
  }

  private synchronized void connect(String parent) throws IOException, InterruptedException {
    if (client == null) {
      client = new GradientClient(exchange, task, parent);
    }
  }

  private String parent() {
    List<String> distinct = processes.stream().distinct().toList();
    if (task.tree().isFlat(distinct.size())) {
      return task.driver();
    }
    BarrierTaskContext context = BarrierTaskContext.get();
    String[] addresses = context.allGather(address);
    int rank = distinct.indexOf(processes.get(context.partitionId()));
    int parent = task.tree().parent(rank);
    return parent < 0 ? task.driver() : addresses[processes.indexOf(distinct.get(parent))];
  }

  @Override
  public void close() {
    synchronized (TEAMS) {
      tasks--;
      if (tasks > 0 || !TEAMS.remove(task.exchange(), this)) {
        return;
      }
    }
    if (server != null) {
      server.close();
    }
    if (client != null) {
      client.close();
    }
  }
}
