package io.sparknn.benchmark;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.loss.Loss;
import io.sparknn.loss.SoftmaxCrossEntropy;
import io.sparknn.optim.Optimizer;
import io.sparknn.optim.Solver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Our own library: the network that Spark's tasks run, with the optimiser. On several threads there
 * is a replica for each, as in an executor with as many cores, and each has its own batch.
 */
final class SparkNn implements Contender {
  private final List<Worker> workers = new ArrayList<>();
  private final ExecutorService threads;

  SparkNn(Network network, Batch batch, int threads) {
    for (int i = 0; i < threads; i++) {
      workers.add(new Worker(network, batch));
    }
    this.threads =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "replica");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** A replica with weights and an optimiser of its own. */
  private static final class Worker {
    private final Batch batch;
    private final Replica replica;
    private final Replica scorer;
    private final Gradient gradient;
    private final float[] weights;
    private final Gradient.Visitor update;
    private final float[] rowWeights;
    private final long[] rowIds;
    private final Optimizer optimizer = Solver.ADAM.create(0);
    private final Loss loss = new SoftmaxCrossEntropy();
    private long step;

    Worker(Network network, Batch batch) {
      this.batch = batch;
      replica = new Replica(network);
      scorer = new Replica(network);
      gradient = network.newGradient();
      weights = network.initialWeights(Batch.SEED);
      update = (from, to, values, offset) -> optimizer.update(weights, from, to, values, offset, 1);
      rowIds = new long[batch.rows()];
      Arrays.setAll(rowIds, i -> i);
      // Weights that sum up to 1 make the sum of losses their mean.
      rowWeights = new float[batch.labels().length];
      Arrays.fill(rowWeights, 1f / rowWeights.length);
    }

    double trainStep() {
      replica.startTraining(batch.rows(), step++, rowIds);
      double value = forward();
      gradient.clear();
      replica.backward(gradient);
      optimizer.begin(replica.network().trainableEnds(), Batch.STEP_SIZE, value);
      replica.network().visit(gradient, update);
      optimizer.end(weights);
      return value;
    }

    double loss() {
      replica.start(batch.rows());
      return forward();
    }

    void score() {
      scorer.start(batch.rows());
      write(scorer);
      scorer.score(weights);
    }

    private void write(Replica replica) {
      int size = batch.inputs().length / batch.rows();
      for (int row = 0; row < batch.rows(); row++) {
        replica.write(0, row, batch.inputs(), row * size, size);
      }
    }

    private double forward() {
      write(replica);
      replica.forward(weights);
      return loss.evaluate(replica.output(), batch.labels(), rowWeights, replica.outputGradient())
          .loss();
    }

    double run(Phase phase, double seconds) {
      return batch.rows() * phase.rate(seconds, this::trainStep, this::score);
    }
  }

  @Override
  public String name() {
    return "spark-nn";
  }

  @Override
  public double loss() {
    return workers.get(0).loss();
  }

  @Override
  public double trainStep() {
    return workers.get(0).trainStep();
  }

  @Override
  public double run(Phase phase, double seconds) {
    return run(workers, phase, seconds);
  }

  /** What one replica alone reaches. */
  double runOne(Phase phase, double seconds) {
    return run(workers.subList(0, 1), phase, seconds);
  }

  private double run(List<Worker> working, Phase phase, double seconds) {
    List<Callable<Double>> tasks = new ArrayList<>();
    working.forEach(worker -> tasks.add(() -> worker.run(phase, seconds)));
    try {
      double sum = 0;
      for (Future<Double> rate : threads.invokeAll(tasks)) {
        sum += rate.get();
      }
      return sum;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a replica failed: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
