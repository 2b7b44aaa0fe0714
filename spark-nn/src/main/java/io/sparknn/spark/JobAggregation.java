package io.sparknn.spark;

import io.sparknn.graph.Replica;
import io.sparknn.spark.CachedRows.Rows;
import io.sparknn.spark.Exchange.Order;
import io.sparknn.spark.Packer.Packed;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums;
import io.sparknn.training.PartialSums.Part;
import io.sparknn.training.RowBlock;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.ExecutorCacheTaskLocation;
import org.apache.spark.scheduler.TaskLocation;
import scala.reflect.ClassTag$;

/**
 * Aggregation by a Spark job an iteration: the weights are broadcast, each partition trains a
 * replica on its share of the batch, and the sums are added up, first those of an executor, then
 * along a tree. Where the tasks run in the driver's process, nothing is copied.
 */
final class JobAggregation implements Aggregation {

  /** What tasks of the driver's process read and add to, by the run's name. */
  private static final Map<String, Shared> SHARED = new ConcurrentHashMap<>();

  private final Source training;
  private final Source validation;
  private final TrainingRun run;
  private final int depth;
  private final SparkContext context;
  private long number;

  private record Shared(Order order, PartialSums sums) {}

  /**
   * What a job's tasks need to know.
   *
   * @param order without the weights
   * @param weights null if all tasks run in the driver's process
   * @param homes the executor that has each partition, empty if it is not known: its tasks' sums
   *     are added up before they travel. Where one of them runs elsewhere, the others' sum is never
   *     complete, and they are repeated.
   */
  private record Job(TrainingRun run, Order order, Broadcast<float[]> weights, List<String> homes)
      implements Serializable {

    Iterator<Part> compute(Iterator<Rows> rows) {
      Rows cached = rows.next();
      Iterator<RowBlock> blocks = cached.read();
      return blocks == null
          ? Collections.emptyIterator()
          : compute(cached.partition(), blocks).iterator();
    }

    List<Part> compute(int partition, Iterator<RowBlock> blocks) {
      Native.prepare();
      if (weights == null) {
        Shared shared = SHARED.get(run.id());
        if (shared != null && shared.order.number() == order.number()) {
          shared.sums.add(compute(shared.order, partition, blocks));
        }
        return List.of();
      }
      Order full =
          new Order(
              order.number(), order.validates(), order.epoch(), order.iteration(), weights.value());
      Part part = compute(full, partition, blocks);
      String here = SparkEnv.get().executorId();
      return homes.get(partition).equals(here)
          ? run.replicas()
              .value()
              .addUp(order.number(), part, Collections.frequency(homes, here), homes.size())
          : List.of(part);
    }

    private Part compute(Order full, int partition, Iterator<RowBlock> blocks) {
      Replicas replicas = run.replicas().value();
      Replica replica = replicas.take();
      GradientSum sum =
          run.compute(full, partition, replica, replicas.network()::newGradient, blocks);
      replicas.giveBack(replica);
      return Part.of(partition, sum);
    }
  }

  /** Packed rows. */
  private static final class Source {
    private final JavaRDD<Packed> packed;
    private final CachedRows rows;
    private final JavaRDD<Rows> cached;
    private List<String> homes;

    Source(JavaRDD<Packed> packed) {
      this.packed = packed;
      this.rows = new CachedRows(packed);
      this.cached = JavaRDD.fromRDD(rows, ClassTag$.MODULE$.apply(Rows.class));
    }

    /** The executors that have the partitions, where Spark will run their tasks if it can. */
    List<String> homes() {
      if (homes == null) {
        homes = new ArrayList<>();
        for (int i = 0; i < packed.getNumPartitions(); i++) {
          String executor = "";
          for (TaskLocation location : rows.locations(i)) {
            if (location instanceof ExecutorCacheTaskLocation home) {
              executor = home.executorId();
            }
          }
          homes.add(executor);
        }
      }
      return homes;
    }

    /** The sums of partitions that the executors still have. */
    JavaRDD<Part> parts(Job job) {
      return cached.mapPartitions(job::compute, true);
    }

    /** The sums of any partitions; what executors have lost is packed anew. */
    JavaRDD<Part> repeated(Job job) {
      homes = null;
      return packed.mapPartitionsWithIndex(
          (partition, rows) ->
              job.compute(partition, Iterators.map(rows, Packed::block)).iterator(),
          true);
    }
  }

  /** Aggregation; {@code validation} is null if no rows are kept for it. */
  JobAggregation(JavaRDD<Packed> training, JavaRDD<Packed> validation, TrainingRun run, int depth) {
    this.training = new Source(training);
    this.validation = validation == null ? null : new Source(validation);
    this.run = run;
    this.depth = depth;
    this.context = training.context();
  }

  @Override
  public GradientSum compute(boolean validates, int epoch, int iteration, float[] weights) {
    Source source = validates ? validation : training;
    PartialSums sums = new PartialSums(run.partitions(validates));
    Broadcast<float[]> broadcast =
        context.isLocal() ? null : JavaSparkContext.fromSparkContext(context).broadcast(weights);
    try {
      Job job = job(validates, epoch, iteration, broadcast, source.homes());
      share(job, weights, sums);
      new TreeSum(depth).collect(source.parts(job), sums.missing(), sums);
      while (sums.total() == null) {
        List<String> nowhere = Collections.nCopies(run.partitions(validates), "");
        job = job(validates, epoch, iteration, broadcast, nowhere);
        share(job, weights, sums);
        new TreeSum(depth).collect(source.repeated(job), sums.missing(), sums);
      }
      return sums.total();
    } finally {
      if (broadcast != null) {
        broadcast.destroy();
      }
    }
  }

  private Job job(
      boolean validates, int epoch, int iteration, Broadcast<float[]> weights, List<String> homes) {
    number++;
    return new Job(run, new Order(number, validates, epoch, iteration, null), weights, homes);
  }

  private void share(Job job, float[] weights, PartialSums sums) {
    if (job.weights == null) {
      Order order = job.order;
      SHARED.put(
          run.id(),
          new Shared(
              new Order(
                  order.number(), order.validates(), order.epoch(), order.iteration(), weights),
              sums));
    }
  }

  @Override
  public void close() {
    SHARED.remove(run.id());
  }
}
