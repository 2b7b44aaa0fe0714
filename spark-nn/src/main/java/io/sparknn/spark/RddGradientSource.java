package io.sparknn.spark;

import io.sparknn.graph.Network;
import io.sparknn.spark.Aggregation.ReplicasLostException;
import io.sparknn.spark.Packer.Packed;
import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSource;
import io.sparknn.training.GradientSum;
import io.sparknn.training.Recipe;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gradients from Spark: each partition trains a replica on its share of the batch, and the shares'
 * sums are added up along a tree. Whatever executors do, the sums are the same to the bit: where a
 * barrier stage cannot run or breaks, jobs take over.
 */
public final class RddGradientSource implements GradientSource, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RddGradientSource.class);

  /** So often in a row a barrier stage may break before it has computed anything. */
  private static final int ATTEMPTS = 3;

  private final JavaRDD<Packed> packed;
  private final int validationRdd;
  private final SparkContext context;
  private final TrainingRun run;
  private final JobAggregation jobs;
  private final boolean prefersBarrier;
  private final int depth;
  private BarrierAggregation barrier;
  private int failures;
  private String said = "";

  /**
   * A source.
   *
   * @param validation the rows that are kept for validation; null if there are none
   * @param aggregationDepth of the tree that sums go up; 0 to choose it
   */
  public RddGradientSource(
      TrainingData data,
      TrainingData validation,
      Network network,
      Recipe recipe,
      AggregationMode mode,
      int aggregationDepth,
      GradientPrecision precision) {
    packed = data.packed();
    validationRdd = validation == null ? -1 : validation.packed().id();
    context = packed.context();
    run =
        new TrainingRun(
            UUID.randomUUID().toString(),
            JavaSparkContext.fromSparkContext(context).broadcast(new Replicas(network)),
            recipe,
            data.starts(),
            validation == null ? 0 : validation.partitions(),
            precision,
            data.rowBytes());
    jobs = new JobAggregation(data, validation, run, aggregationDepth);
    depth = aggregationDepth;
    prefersBarrier = mode != AggregationMode.JOBS;
    if (!prefersBarrier) {
      say("jobs, as asked for");
    }
  }

  @Override
  public boolean validates() {
    return run.validationPartitions() > 0;
  }

  @Override
  public String diagnose(float[] weights, int epoch, int iteration) {
    closeBarrier();
    jobs.checkRows(false);
    TrainingRun run = this.run;
    Broadcast<float[]> shared =
        JavaSparkContext.fromSparkContext(context).broadcast(weights.clone());
    try {
      return packed
          .mapPartitionsWithIndex(
              (partition, rows) -> diagnose(run, partition, rows, shared, epoch, iteration), true)
          .collect()
          .stream()
          .findFirst()
          .orElse("");
    } finally {
      Endings.free(shared::destroy);
    }
  }

  private static Iterator<String> diagnose(
      TrainingRun run,
      int partition,
      Iterator<Packed> rows,
      Broadcast<float[]> weights,
      int epoch,
      int iteration) {
    Native.prepare();
    String fault =
        run.share(partition)
            .diagnose(
                run.replicas().value().take(),
                () -> Iterators.map(rows, Packed::block),
                weights.value(),
                epoch,
                iteration);
    return fault == null ? Collections.emptyIterator() : List.of(fault).iterator();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if some rows cannot be trained on, or a partition no longer
   *     has the rows that were packed
   * @throws IllegalStateException if the thread was interrupted, which stays so
   */
  @Override
  public GradientSum compute(Assignment work) {
    if (Thread.currentThread().isInterrupted()) {
      throw Endings.interrupted(null);
    }
    GradientSum sum = aggregate(work);
    if (sum.problem() != null) {
      throw new IllegalArgumentException(sum.problem());
    }
    if (sum.rows() != jobs.rows(work)) {
      closeBarrier();
      jobs.checkRows(work.validates());
      throw new IllegalStateException(
          "an iteration is of " + jobs.rows(work) + " rows, but its gradient of " + sum.rows());
    }
    return sum;
  }

  private GradientSum aggregate(Assignment work) {
    if (prefersBarrier && openBarrier()) {
      try {
        GradientSum sum = barrier.compute(work);
        failures = 0;
        return sum;
      } catch (ReplicasLostException e) {
        failures++;
        closeBarrier();
        say("jobs for now, since replicas were lost: " + e.getMessage());
      }
    }
    return jobs.compute(work);
  }

  private boolean openBarrier() {
    if (barrier != null) {
      return true;
    }
    String obstacle = obstacle();
    if (obstacle != null) {
      say("jobs, since " + obstacle);
      return false;
    }
    say(
        String.format(
            Locale.ROOT, "barrier: all %d partitions have a slot", run.partitions(false)));
    barrier = new BarrierAggregation(packed, validationRdd, run, depth);
    return true;
  }

  /** Why a barrier stage cannot run; null if it can. */
  private String obstacle() {
    if (failures >= ATTEMPTS) {
      return String.format(Locale.ROOT, "the barrier stage broke %d times in a row", failures);
    }
    if (Utils.isDynamicAllocationEnabled(context.conf())) {
      return "dynamic allocation is on";
    }
    if (!Message.fits(run.replicas().value().network().size())) {
      return "the weights do not fit into one message";
    }
    int slots = Executors.slots(context);
    return slots < run.partitions(false)
        ? String.format(
            Locale.ROOT, "there are %d partitions and %d task slots", run.partitions(false), slots)
        : null;
  }

  private void say(String mode) {
    if (!mode.equals(said)) {
      LOG.info("aggregation by {}", mode);
      said = mode;
    }
  }

  private void closeBarrier() {
    if (barrier != null) {
      barrier.close();
      barrier = null;
    }
  }

  @Override
  public void close() {
    closeBarrier();
    jobs.close();
    Endings.free(run.replicas()::destroy);
  }
}
