package io.sparknn.spark;

import io.sparknn.graph.AllReduce;
import io.sparknn.graph.Gradient;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.tensor.ExactSums;
import io.sparknn.training.Assignment;
import io.sparknn.training.GradientSum;
import io.sparknn.training.PartialSums.Part;
import io.sparknn.training.Recipe;
import io.sparknn.training.Share;
import io.sparknn.training.StagedRows;
import java.io.Serializable;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext$;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;

/**
 * What every task of a training run needs to know.
 *
 * @param id tells runs of one application apart
 * @param starts the number of rows before each partition, and of all rows at the end
 * @param validationPartitions how many partitions of rows are kept for validation
 * @param precision of the gradients that leave a process
 * @param rowBytes the mean number of bytes of a row
 */
record TrainingRun(
    String id,
    Broadcast<Replicas> replicas,
    Recipe recipe,
    long[] starts,
    int validationPartitions,
    GradientPrecision precision,
    double rowBytes)
    implements Serializable {

  private static final String STAGING_FRACTION = "spark.nn.staging.memoryFraction";

  /** The number of partitions that take part in an order. */
  int partitions(boolean validates) {
    return validates ? validationPartitions : starts.length - 1;
  }

  Share share(int partition) {
    return new Share(recipe, starts[partition], starts[partition + 1]);
  }

  /** The number of bytes of what a replica hands in, tables aside. */
  long bytes() {
    return newMemory().bytes();
  }

  /** The greatest number of bytes of a gradient, and of sums that a pass waits for. */
  long greatestBytes() {
    Network network = replicas.value().network();
    return newMemory().bytes()
        + network.greatestTableBytes()
        + ExactSums.greatestBytes(network.greatestSums());
  }

  /** As many numbers as weights, a solver's arrays and local steps have. */
  long numbers() {
    int steps = recipe.rule() == null ? 1 : recipe.rule().localSteps();
    return (long) replicas.value().network().size() + newMemory().dense().length + steps;
  }

  /** What a replica hands in is added to this. */
  Gradient newMemory() {
    return recipe.newMemory(replicas.value().network());
  }

  /**
   * A partition's rows, staged; they stay so as long as the process has the replicas.
   *
   * @param partitionsHere how many of them share the memory
   */
  Share.Rows staged(int partition, Share.Rows rows, IntSupplier partitionsHere) {
    return replicas
        .value()
        .staged(
            partition,
            () -> {
              double fraction = SparkEnv.get().conf().getDouble(STAGING_FRACTION, 0.2);
              double memory = fraction * Runtime.getRuntime().maxMemory();
              int parts = Math.max(1, partitionsHere.getAsInt());
              return new StagedRows(rows, (long) (memory / parts), rowBytes);
            });
  }

  /** Makes sums ready to leave a process. */
  void prepare(List<Part> parts, ErrorFeedback feedback) {
    if (precision == GradientPrecision.BFLOAT16) {
      feedback.round(parts);
    }
  }

  /**
   * Does what an order says with the rows of one partition. What is wrong with the rows or with the
   * memory is a part of the answer: a task that threw it would be tried again, to no avail.
   *
   * @param others as in {@link Share#compute(Assignment, Replica, Gradient, Share.Rows, AllReduce)}
   */
  GradientSum compute(
      Assignment work,
      int partition,
      Replica replica,
      Gradient memory,
      Share.Rows rows,
      AllReduce others) {
    Share share = work.validates() ? new Share(recipe, 0, 0) : share(partition);
    replica.beforeEachLayer(TaskKill::check);
    try {
      return share.compute(work, replica, memory, rows, others);
    } catch (IllegalArgumentException | BadValueException e) {
      return GradientSum.failed(e.getMessage());
    } catch (OutOfMemoryError e) {
      return GradientSum.failed(outOfMemory(e));
    }
  }

  private static String outOfMemory(OutOfMemoryError error) {
    boolean isDriver =
        SparkEnv.get().executorId().equals(SparkContext$.MODULE$.DRIVER_IDENTIFIER());
    return "a replica found no memory for its rows (%s): raise %s, lower batchSize, set microBatchSize, or give a process fewer task slots"
        .formatted(error.getMessage(), isDriver ? "spark.driver.memory" : "spark.executor.memory");
  }
}
