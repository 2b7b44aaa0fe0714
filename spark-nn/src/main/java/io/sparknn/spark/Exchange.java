package io.sparknn.spark;

import io.sparknn.spark.Aggregation.ReplicasLostException;
import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums;
import io.sparknn.training.PartialSums.Part;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Where the replicas of one process, and those behind it in the tree, hand in their gradients and
 * wait for the next weights. The driver has one, and every executor.
 */
final class Exchange {

  /**
   * What replicas are to do next.
   *
   * @param number counts the orders of an exchange, from 1
   * @param work null if there is nothing left to do
   */
  record Order(long number, Assignment work) implements Serializable {

    static Order end() {
      return new Order(Long.MAX_VALUE, null);
    }

    boolean isEnd() {
      return work == null;
    }

    boolean validates() {
      return work != null && work.validates();
    }
  }

  /** Takes the sums of an order to where they are added to others'. */
  @FunctionalInterface
  interface Upstream {
    void send(long number, List<Part> parts);
  }

  /** How long a thread waits before it looks around. */
  private static final long GLANCE_MILLIS = 50;

  private final TrainingRun run;
  private final int members;
  private final Upstream upstream;
  private final List<Consumer<Order>> readers = new ArrayList<>();

  private Order order = new Order(0, null);
  private PartialSums sums;
  private int present;
  private boolean complete;
  private long published;
  private long firstPart;
  private String failure;

  /**
   * An exchange.
   *
   * @param members how many tasks and exchanges hand in here
   * @param upstream receives the sums of an order when all are there, on whatever thread
   */
  Exchange(TrainingRun run, int members, Upstream upstream) {
    this.run = run;
    this.members = members;
    this.upstream = upstream;
  }

  /**
   * The exchange that all sums go to, which is complete once all partitions are there, whoever
   * handed them in.
   */
  Exchange(TrainingRun run) {
    this(run, Integer.MAX_VALUE, (number, parts) -> {});
  }

  /** Makes the next order known. */
  void publish(Order next) {
    List<Consumer<Order>> ready;
    synchronized (this) {
      order = next;
      sums = new PartialSums(run.partitions(next.validates()));
      present = 0;
      complete = false;
      published = System.nanoTime();
      firstPart = published;
      ready = List.copyOf(readers);
      readers.clear();
      notifyAll();
    }
    ready.forEach(reader -> reader.accept(next));
  }

  /** Passes the first order after a number to a reader, at once or when there is one. */
  void read(long after, Consumer<Order> reader) {
    Order now;
    synchronized (this) {
      if (order.number <= after) {
        readers.add(reader);
        return;
      }
      now = order;
    }
    reader.accept(now);
  }

  /** Waits in a task for the first order after a number. */
  synchronized Order await(long after) throws InterruptedException {
    while (order.number <= after) {
      TaskKill.check();
      if (failure != null) {
        throw new IllegalStateException(failure);
      }
      wait(GLANCE_MILLIS);
    }
    return order;
  }

  /** The number of partitions that hand in sums for the last order. */
  synchronized int partitions() {
    return run.partitions(order.validates());
  }

  /** Whether there is nothing left to do. */
  synchronized boolean isOver() {
    return order.number > 0 && order.isEnd();
  }

  /** Hands in sums for an order. */
  void deliver(long number, List<Part> parts) {
    PartialSums target;
    synchronized (this) {
      if (number != order.number) {
        return;
      }
      target = sums;
      if (firstPart == published) {
        firstPart = System.nanoTime();
      }
    }
    parts.forEach(target::add);
    synchronized (this) {
      if (target != sums || complete) {
        return;
      }
      present++;
      complete = present == members || target.total() != null;
      if (!complete) {
        return;
      }
      notifyAll();
    }
    upstream.send(number, target.parts());
  }

  /** Gives up: whoever waits is told why. */
  synchronized void fail(String reason) {
    if (failure == null) {
      failure = reason;
      notifyAll();
    }
  }

  /**
   * Waits on the driver until all sums of the last order are there.
   *
   * @param patience in nanoseconds, for the last sum after the first
   * @param isOver tells whether there is nothing to wait for any more
   * @throws IllegalStateException if the thread is interrupted, which stays so
   */
  synchronized GradientSum awaitTotal(long patience, BooleanSupplier isOver)
      throws ReplicasLostException {
    try {
      while (!complete) {
        String reason = failure == null && isOver.getAsBoolean() ? "their stage ended" : failure;
        if (reason == null && firstPart != published) {
          long given = 10 * (firstPart - published) + patience;
          reason =
              System.nanoTime() - published > given
                  ? String.format(
                      Locale.ROOT,
                      "the replicas of partitions %s have not answered for %d s",
                      sums.missing(),
                      given / 1_000_000_000L)
                  : null;
        }
        if (reason != null) {
          throw new ReplicasLostException(reason);
        }
        wait(GLANCE_MILLIS);
      }
    } catch (InterruptedException e) {
      throw Endings.interrupted(e);
    }
    return sums.total();
  }
}
