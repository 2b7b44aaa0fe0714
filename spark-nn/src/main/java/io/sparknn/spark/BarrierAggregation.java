package io.sparknn.spark;

import io.sparknn.spark.CachedRows.Rows;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.spark.Packer.Packed;
import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSum;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.RDDBarrier;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Aggregation inside one long barrier stage: its tasks stay with their partitions, and in each
 * iteration gradients go up from the tasks to their process' exchange and on to the driver's, and
 * the next weights come down the same way; within a process through shared memory, between
 * processes over Spark's own transport.
 */
final class BarrierAggregation implements Aggregation {

  private static final long CLOSE_SECONDS = 10;

  /** How long Spark may take to notice what was seen here first. */
  private static final long SETTLE_SECONDS = 5;

  /** The driver's exchanges, for tasks in the same process. */
  private static final Map<String, Exchange> OPEN = new ConcurrentHashMap<>();

  private final String name = UUID.randomUUID().toString();
  private final Exchange exchange;
  private final GradientServer server;
  private final JavaFutureAction<?> job;
  private final long patience;
  private final SparkContext context;
  private long number;
  private boolean isBroken;

  /**
   * Starts the stage, for packed rows that are cached.
   *
   * @param validation the number of the RDD that is kept for validation
   * @param depth of the tree of executors; 0 to choose it
   */
  BarrierAggregation(JavaRDD<Packed> packed, int validation, TrainingRun run, int depth) {
    context = packed.context();
    SparkConf conf = context.conf();
    patience = TimeUnit.SECONDS.toNanos(conf.getTimeAsSeconds("spark.network.timeout", "120s"));
    exchange = new Exchange(run);
    OPEN.put(name, exchange);
    Secret secret = new Secret();
    String driver = null;
    if (context.isLocal()) {
      server = null;
    } else {
      server = new GradientServer(exchange, run, secret);
      String host = conf.get("spark.driver.host");
      driver = host + ":" + server.listen(conf.get("spark.driver.bindAddress", host));
    }
    job =
        start(
            packed,
            new BarrierTask(run, validation, name, driver, secret, tree(context, run, depth)));
  }

  private static ProcessTree tree(SparkContext context, TrainingRun run, int depth) {
    return ProcessTree.of(
        Math.min(Executors.count(context), run.partitions(false)), run.bytes(), depth);
  }

  private static JavaFutureAction<?> start(JavaRDD<Packed> packed, BarrierTask task) {
    ClassTag<Object> tag = ClassTag$.MODULE$.apply(Object.class);
    RDD<Object> stage =
        new RDDBarrier<>(new CachedRows(packed), ClassTag$.MODULE$.<Rows>apply(Rows.class))
            .mapPartitions(new Train(task), false, tag);
    return JavaRDD.fromRDD(stage, tag).collectAsync();
  }

  /** The task's work, as Scala calls it. */
  private static final class Train
      extends AbstractFunction1<scala.collection.Iterator<Rows>, scala.collection.Iterator<Object>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final BarrierTask task;

    Train(BarrierTask task) {
      this.task = task;
    }

    @Override
    public scala.collection.Iterator<Object> apply(scala.collection.Iterator<Rows> rows) {
      try {
        task.train(rows.next());
      } catch (IOException e) {
        throw new IllegalStateException("the driver cannot be reached: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("the task was interrupted", e);
      }
      return scala.collection.Iterator$.MODULE$.empty();
    }
  }

  /** The exchange of a name in this process. */
  static Exchange exchange(String name) {
    Exchange open = OPEN.get(name);
    if (open == null) {
      throw new IllegalStateException("exchange " + name + " is closed");
    }
    return open;
  }

  @Override
  public GradientSum compute(Assignment work) throws ReplicasLostException {
    long start = System.nanoTime();
    GradientSum total = pass(work);
    Assignment known = work;
    while (total.pending() != null && total.problem() == null) {
      known = known.plus(total.pending().totals());
      total = pass(known);
    }
    long waited = System.nanoTime() - start - total.slowest();
    // Replicas that have their weights early compute meanwhile.
    long broadcast = server == null ? 0 : server.acknowledged() - start;
    broadcast = Math.max(0, Math.min(broadcast, waited));
    total.spent(broadcast, waited - broadcast, 0);
    return total;
  }

  private GradientSum pass(Assignment work) throws ReplicasLostException {
    exchange.publish(new Order(++number, work));
    GradientSum total;
    isBroken = true;
    try {
      total = exchange.awaitTotal(patience, job::isDone);
    } catch (ReplicasLostException e) {
      throw settled(e);
    }
    isBroken = false;
    return total;
  }

  /**
   * What Spark says of the end of the stage; if it says nothing, what was seen of it here. Tasks
   * that are cancelled close their connections, which may be seen before the cancellation is.
   */
  private ReplicasLostException settled(ReplicasLostException seen) {
    try {
      job.get(SETTLE_SECONDS, TimeUnit.SECONDS);
      return new ReplicasLostException("the barrier stage ended");
    } catch (ExecutionException e) {
      if (Endings.isFinal(context, e.getCause())) {
        throw Endings.unchecked(e.getCause());
      }
      return new ReplicasLostException(Endings.sentence(e.getCause()));
    } catch (TimeoutException e) {
      return seen;
    } catch (InterruptedException e) {
      throw Endings.interrupted(e);
    }
  }

  /**
   * Lets the stage end, so that its slots are free again; a stage that does not is cancelled, and
   * so is one that has broken.
   */
  @Override
  public void close() {
    OPEN.remove(name);
    if (isBroken) {
      job.cancel(true);
    } else {
      exchange.publish(Order.end());
      end();
    }
    if (server != null) {
      server.close();
    }
  }

  private void end() {
    try {
      job.get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      job.cancel(true);
    } catch (InterruptedException e) {
      job.cancel(true);
      Thread.currentThread().interrupt();
    }
  }
}
