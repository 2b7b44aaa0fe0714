package io.sparknn.spark;

import io.sparknn.graph.Replica;
import io.sparknn.spark.CachedRows.Rows;
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

  private final JavaRDD<Packed> packed;
  private final CachedRows rows;
  private final JavaRDD<Rows> cached;
  private final TrainingRun run;
  private final int depth;
  private final SparkContext context;
  private List<String> homes;
  private long job;

  private record Shared(long job, float[] weights, PartialSums sums) {}

  /**
   * What a job's tasks need to know.
   *
   * @param weights null if all tasks run in the driver's process
   * @param homes the executor that has each partition, empty if it is not known: its tasks' sums
   *     are added up before they travel. Where one of them runs elsewhere, the others' sum is never
   *     complete, and they are repeated.
   */
  private record Job(
      TrainingRun run,
      long number,
      Broadcast<float[]> weights,
      List<String> homes,
      int epoch,
      int iteration)
      implements Serializable {

    Iterator<Part> gradient(Iterator<Rows> rows) {
      Rows cached = rows.next();
      Iterator<RowBlock> blocks = cached.read();
      return blocks == null ? Collections.emptyIterator() : gradient(cached.partition(), blocks);
    }

    Iterator<Part> gradient(int partition, Iterator<RowBlock> blocks) {
      Native.prepare();
      if (weights != null) {
        Part part = gradient(partition, blocks, weights.value());
        String here = SparkEnv.get().executorId();
        if (!homes.get(partition).equals(here)) {
          return List.of(part).iterator();
        }
        int tasks = Collections.frequency(homes, here);
        return run.replicas().value().addUp(number, part, tasks, homes.size()).iterator();
      }
      Shared shared = SHARED.get(run.id());
      if (shared != null && shared.job == number) {
        shared.sums.add(gradient(partition, blocks, shared.weights));
      }
      return Collections.emptyIterator();
    }

    private Part gradient(int partition, Iterator<RowBlock> blocks, float[] weights) {
      Replica replica = run.replicas().value().take();
      GradientSum sum =
          run.share(partition)
              .gradient(
                  replica, replica.network().newGradient(), blocks, weights, epoch, iteration);
      run.replicas().value().giveBack(replica);
      return Part.of(partition, sum);
    }
  }

  JobAggregation(JavaRDD<Packed> packed, TrainingRun run, int depth) {
    this.packed = packed;
    this.rows = new CachedRows(packed);
    this.cached = JavaRDD.fromRDD(rows, ClassTag$.MODULE$.apply(Rows.class));
    this.run = run;
    this.depth = depth;
    this.context = packed.context();
  }

  @Override
  public GradientSum gradient(float[] weights, int epoch, int iteration) {
    PartialSums sums = new PartialSums(run.partitions());
    boolean isLocal = context.isLocal();
    Broadcast<float[]> broadcast =
        isLocal ? null : JavaSparkContext.fromSparkContext(context).broadcast(weights);
    if (homes == null) {
      homes = homes();
    }
    try {
      List<String> expected = homes;
      List<Integer> missing = sums.missing();
      long first = job + 1;
      while (!missing.isEmpty()) {
        job++;
        if (isLocal) {
          SHARED.put(run.id(), new Shared(job, weights, sums));
        }
        Job work = new Job(run, job, broadcast, expected, epoch, iteration);
        JavaRDD<Part> parts =
            job == first
                ? cached.mapPartitions(work::gradient, true)
                : packed.mapPartitionsWithIndex(
                    (i, rows) -> work.gradient(i, Iterators.map(rows, Packed::block)), true);
        new TreeSum(depth).collect(parts, missing, sums);
        missing = sums.missing();
        if (!missing.isEmpty()) {
          homes = null;
          expected = Collections.nCopies(run.partitions(), "");
        }
      }
      return sums.total();
    } finally {
      if (broadcast != null) {
        broadcast.destroy();
      }
    }
  }

  /** The executors that have the partitions cached, where Spark will run their tasks if it can. */
  private List<String> homes() {
    List<String> executors = new ArrayList<>();
    for (int i = 0; i < run.partitions(); i++) {
      String executor = "";
      for (TaskLocation location : rows.locations(i)) {
        if (location instanceof ExecutorCacheTaskLocation cached) {
          executor = cached.executorId();
        }
      }
      executors.add(executor);
    }
    return executors;
  }

  @Override
  public void close() {
    SHARED.remove(run.id());
  }
}
