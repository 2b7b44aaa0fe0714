package io.sparknn.spark;

import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import java.io.Serializable;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A network and the replicas of it that are idle in this process. It is broadcast, so each executor
 * has one and its tasks reuse the replicas' memory from iteration to iteration.
 */
final class Replicas implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Network network;
  private final transient ConcurrentLinkedQueue<Replica> idle = new ConcurrentLinkedQueue<>();

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

  void giveBack(Replica replica) {
    idle.add(replica);
  }

  private Object readResolve() {
    return new Replicas(network);
  }
}
