package io.sparknn.spark;

import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import io.sparknn.spark.Packer.Packed;
import io.sparknn.training.BatchPlan;
import io.sparknn.training.GradientSource;
import io.sparknn.training.GradientSum;
import io.sparknn.training.Share;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Gradients from Spark jobs: one an iteration, in which each partition trains a replica on its
 * share of the batch, and the shares' sums are added up along a tree.
 */
public final class RddGradientSource implements GradientSource, AutoCloseable {

  private final JavaRDD<Packed> packed;
  private final long[] starts;
  private final Loss loss;
  private final BatchPlan plan;
  private final int aggregationDepth;
  private final JavaSparkContext context;
  private final Broadcast<Replicas> replicas;

  /** What an iteration's tasks need to know. */
  private record Iteration(
      Broadcast<Replicas> replicas,
      Broadcast<float[]> weights,
      BatchPlan plan,
      Loss loss,
      long[] starts,
      int epoch,
      int number)
      implements Serializable {

    Iterator<GradientSum> gradient(int partition, Iterator<Packed> packed) {
      Native.prepare();
      Share share = new Share(plan, loss, starts[partition], starts[partition + 1]);
      Replica replica = replicas.value().take();
      GradientSum sum =
          share.gradient(
              replica, Iterators.map(packed, Packed::block), weights.value(), epoch, number);
      replicas.value().giveBack(replica);
      return List.of(sum).iterator();
    }
  }

  public RddGradientSource(
      TrainingData data, Network network, Loss loss, BatchPlan plan, int aggregationDepth) {
    this.packed = data.packed();
    this.starts = data.starts();
    this.loss = loss;
    this.plan = plan;
    this.aggregationDepth = aggregationDepth;
    this.context = JavaSparkContext.fromSparkContext(packed.context());
    this.replicas = context.broadcast(new Replicas(network));
  }

  @Override
  public GradientSum gradient(float[] weights, int epoch, int iteration) {
    Broadcast<float[]> shared = context.broadcast(weights);
    try {
      Iteration task = new Iteration(replicas, shared, plan, loss, starts, epoch, iteration);
      JavaRDD<GradientSum> sums = packed.mapPartitionsWithIndex(task::gradient, true);
      return new TreeSum(aggregationDepth).of(sums);
    } finally {
      shared.destroy();
    }
  }

  @Override
  public void close() {
    replicas.destroy();
  }
}
