package io.sparknn.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.training.PartialSums;
import io.sparknn.training.PartialSums.Part;
import io.sparknn.training.StagedRows;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * A network, the replicas of it that are idle in this process, and the sums that are not complete.
 * It is broadcast, so each executor has one and its tasks reuse the replicas' memory from iteration
 * to iteration.
 */
@DefaultSerializer(JavaSerializer.class)
final class Replicas implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Network network;
  private final transient ConcurrentLinkedQueue<Replica> idle = new ConcurrentLinkedQueue<>();
  private final transient ErrorFeedback feedback = new ErrorFeedback();
  private final transient Map<Integer, StagedRows> staged = new ConcurrentHashMap<>();
  private transient long number;
  private transient PartialSums sums;

  Replicas(Network network) {
    this.network = network;
  }

  Network network() {
    return network;
  }

  /** An idle replica, or a new one. */
  Replica take() {
    Replica replica = idle.poll();
    return replica == null ? new Replica(network) : replica;
  }

  /** What rounding took away from this process' sums. */
  ErrorFeedback feedback() {
    return feedback;
  }

  /** A partition's staged rows. */
  StagedRows staged(int partition, Supplier<StagedRows> rows) {
    return staged.computeIfAbsent(partition, key -> rows.get());
  }

  void giveBack(Replica replica) {
    idle.add(replica);
  }

  /**
   * Adds up the sums of this process' tasks, and returns all once the last is there; before that
   * nothing. Sums of an older job are forgotten.
   *
   * @param job counts the jobs of a run
   * @param tasks the number of the job's tasks in this process
   */
  List<Part> addUp(long job, Part part, int tasks, int partitions) {
    PartialSums target;
    synchronized (this) {
      if (job > number) {
        number = job;
        sums = new PartialSums(partitions);
      }
      if (job < number) {
        return List.of();
      }
      target = sums;
    }
    if (target == null) {
      // A task that Spark repeats, when the others' sums have left already.
      return List.of(part);
    }
    target.add(part);
    synchronized (this) {
      if (sums != target || partitions - target.missing().size() < tasks) {
        return List.of();
      }
      sums = null;
      return target.parts();
    }
  }

  private Object readResolve() {
    return new Replicas(network);
  }
}
