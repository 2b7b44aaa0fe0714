package io.sparknn.spark;

import io.sparknn.graph.Replica;
import io.sparknn.spark.CachedRows.Rows;
import io.sparknn.spark.Packer.Packed;
import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums;
import io.sparknn.training.PartialSums.Part;
import io.sparknn.training.Share;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.ExecutorCacheTaskLocation;
import org.apache.spark.scheduler.TaskLocation;
import org.apache.spark.storage.RDDBlockId;
import scala.reflect.ClassTag$;

/**
 * Aggregation by a Spark job an iteration: the weights are broadcast, each partition trains a
 * replica on its share of the batch, and the sums are added up, first those of an executor, then
 * along a tree. Where the tasks run in the driver's process, nothing is copied.
 */
final class JobAggregation implements Aggregation {

  /** What tasks of the driver's process read and add to, by the run's name. */
  private static final Map<String, Shared> SHARED = new ConcurrentHashMap<>();

  private static final String TRAINING_ROWS = "the rows to train on";
  private static final String VALIDATION_ROWS = "the rows kept for validation";

  private final Source training;
  private final Source validation;
  private final TrainingRun run;
  private final int depth;
  private final long bytes;
  private final SparkContext context;
  private long number;

  private record Shared(long number, Assignment work, PartialSums sums) {}

  /**
   * What a job's tasks need to know.
   *
   * @param number counts the jobs of a run
   * @param work without the weights
   * @param weights null if all tasks run in the driver's process
   * @param homes the executor that has each partition, empty if it is not known: its tasks' sums
   *     are added up before they travel. Where one of them runs elsewhere, the others' sum is never
   *     complete, and they are repeated.
   */
  private record Job(
      TrainingRun run, long number, Assignment work, Broadcast<float[]> weights, List<String> homes)
      implements Serializable {

    Iterator<Part> compute(Iterator<Rows> rows) {
      Rows cached = rows.next();
      return cached.isLost() ? Collections.emptyIterator() : compute(cached).iterator();
    }

    List<Part> compute(Rows cached) {
      int partition = cached.partition();
      Share.Rows rows = work.validates() ? cached::read : cached.toTrain(run);
      Native.prepare();
      if (weights == null) {
        Shared shared = SHARED.get(run.id());
        if (shared != null && shared.number == number) {
          shared.sums.add(compute(shared.work, partition, rows));
        }
        return List.of();
      }
      long start = System.nanoTime();
      float[] received = weights.value();
      long receiving = System.nanoTime() - start;
      Part part = compute(work.with(received), partition, rows);
      part.sum().received(receiving);
      String here = SparkEnv.get().executorId();
      Replicas replicas = run.replicas().value();
      List<Part> parts =
          homes.get(partition).equals(here)
              ? replicas.addUp(number, part, Collections.frequency(homes, here), homes.size())
              : List.of(part);
      run.prepare(parts, replicas.feedback());
      return parts;
    }

    private Part compute(Assignment full, int partition, Share.Rows rows) {
      Replicas replicas = run.replicas().value();
      Replica replica = replicas.take();
      GradientSum sum = run.compute(full, partition, replica, run.newMemory(), rows, null);
      replicas.giveBack(replica);
      return Part.of(partition, sum);
    }
  }

  /** Packed rows. */
  private static final class Source {
    private final JavaRDD<Packed> packed;
    private final Inventory inventory;
    private final CachedRows rows;
    private final JavaRDD<Rows> cached;
    private List<String> homes;

    Source(JavaRDD<Packed> packed, Inventory inventory) {
      this.packed = packed;
      this.inventory = inventory;
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

    /**
     * The sums of any partitions; what executors have lost is packed anew, and adds nothing if it
     * differs from what was packed before.
     */
    JavaRDD<Part> repeated(Job job) {
      homes = null;
      int id = packed.id();
      Inventory before = inventory;
      return packed.mapPartitionsWithIndex(
          // Spark has cached the rows again by now.
          (partition, rows) ->
              before.difference(partition, rows) == null
                  ? job.compute(new Rows(new RDDBlockId(id, partition))).iterator()
                  : Collections.emptyIterator(),
          true);
    }
  }

  /** Aggregation; {@code validation} is null if no rows are kept for it. */
  JobAggregation(TrainingData training, TrainingData validation, TrainingRun run, int depth) {
    this.training = new Source(training.packed(), training.inventory(TRAINING_ROWS));
    this.validation =
        validation == null
            ? null
            : new Source(validation.packed(), validation.inventory(VALIDATION_ROWS));
    this.run = run;
    this.depth = depth;
    this.bytes = run.bytes();
    this.context = training.packed().context();
  }

  /** One job, or one more for each sum over all replicas that their passes cannot do without. */
  @Override
  public GradientSum compute(Assignment work) {
    int partitions = run.partitions(work.validates());
    Source source = work.validates() ? validation : training;
    long start = System.nanoTime();
    Broadcast<float[]> broadcast =
        context.isLocal()
            ? null
            : JavaSparkContext.fromSparkContext(context).broadcast(work.weights());
    long spread = System.nanoTime();
    try {
      Assignment known = work;
      GradientSum total = pass(source, known, broadcast, partitions);
      while (total.pending() != null && total.problem() == null) {
        known = known.plus(total.pending().totals());
        total = pass(source, known, broadcast, partitions);
      }
      long tasks = total.slowest() + total.receiving() + total.adding();
      total.spent(spread - start, total.adding(), System.nanoTime() - spread - tasks);
      return total;
    } finally {
      if (broadcast != null) {
        Endings.free(broadcast::destroy);
      }
    }
  }

  private GradientSum pass(
      Source source, Assignment work, Broadcast<float[]> weights, int partitions) {
    PartialSums sums = new PartialSums(partitions);
    Job job = job(work, weights, source.homes(), sums);
    new TreeSum(depth(job)).collect(source.parts(job), sums.missing(), sums);
    while (sums.total() == null) {
      job = job(work, weights, Collections.nCopies(partitions, ""), sums);
      new TreeSum(depth(job)).collect(source.repeated(job), sums.missing(), sums);
      if (sums.total() == null) {
        source.inventory.check(source.packed, sums.missing());
      }
    }
    return sums.total();
  }

  private Job job(
      Assignment work, Broadcast<float[]> weights, List<String> homes, PartialSums sums) {
    number++;
    if (weights == null) {
      SHARED.put(run.id(), new Shared(number, work, sums));
    }
    return new Job(run, number, work.with(null), weights, homes);
  }

  private int depth(Job job) {
    int processes = (int) job.homes.stream().filter(home -> !home.isEmpty()).distinct().count();
    return depth > 0 ? depth : levels(Math.max(1, processes));
  }

  private int levels(int processes) {
    return ProcessTree.ofStages(processes, bytes).levels(processes);
  }

  /**
   * Reads all rows again.
   *
   * @param validates whether those that are kept for validation
   * @throws IllegalArgumentException if they are not those that were packed
   */
  void checkRows(boolean validates) {
    Source source = validates ? validation : training;
    source.inventory.check(
        source.packed, IntStream.range(0, run.partitions(validates)).boxed().toList());
  }

  /** How many rows a gradient sum must be of. */
  long rows(Assignment work) {
    return work.rows(run.recipe().plan(), validation == null ? 0 : validation.inventory.total());
  }

  @Override
  public void close() {
    SHARED.remove(run.id());
  }
}
