package io.sparknn.spark;

import io.sparknn.graph.Network;
import io.sparknn.graph.Replica;
import io.sparknn.training.LocalSteps;
import io.sparknn.training.Recipe;
import io.sparknn.training.StepRule;

/**
 * About how many bytes of the heap a training holds, besides packed rows and what Spark itself
 * needs.
 *
 * @param state the weights, and what the driver keeps beside them
 * @param messages what the driver sends and receives
 * @param replica one replica with its gradient
 * @param replicas the greatest number of them in a process
 * @param copies the weights and messages of an executor
 */
record MemoryEstimate(long state, long messages, long replica, int replicas, long copies) {

  /**
   * How a training lies in its processes.
   *
   * @param share the greatest number of rows of a batch in a partition
   * @param scored the greatest number of rows that are validated at once
   * @param longest the number of steps of the longest row
   * @param replicas the greatest number of replicas in a process
   * @param children how many processes the driver receives sums from; 0 where all is in one process
   */
  record Layout(int share, int scored, int longest, int replicas, int children) {}

  /**
   * The estimate.
   *
   * <pre>{@code
   * state    = (weights + solver + average + best) * (2 with checkpoints)
   * messages = weights + children * 2 sums
   * replica  = values and gradients of the share of a batch + a sum
   * copies   = 2 weights + 2 sums
   * }</pre>
   *
   * where the driver and its only executor, being one process, have no messages and copies; and
   * where replicas make local steps, a sum is of weights and solver, and a replica has these itself
   * and a gradient, too.
   *
   * @param keepsBest whether the weights of the best epoch are kept
   * @param writesCheckpoints whether the state is copied for checkpoints
   */
  static MemoryEstimate of(
      Network network, Recipe recipe, boolean keepsBest, boolean writesCheckpoints, Layout layout) {
    boolean steps = recipe.rule().localSteps() > 1;
    long weights = network.size();
    long moved = new LocalSteps(network, recipe.rule()).elements();
    long solver = moved - network.gradientSize();
    long sum = steps ? moved : network.gradientElements(recipe.plan().batchSize(), layout.longest);
    long gradient = network.gradientElements(layout.share, layout.longest);
    long replica =
        Replica.elements(network, recipe.partSize(layout.share), layout.scored, layout.longest)
            + gradient
            + (steps ? moved + weights + solver : 0);
    boolean isOneProcess = layout.children == 0;
    return new MemoryEstimate(
        state(network, recipe.rule(), keepsBest, writesCheckpoints),
        isOneProcess ? 0 : Float.BYTES * (weights + 2 * layout.children * sum),
        Float.BYTES * replica,
        layout.replicas,
        isOneProcess ? 0 : Float.BYTES * 2 * (weights + sum));
  }

  /** The bytes of the state alone, which follow from the network and the solver. */
  static long state(Network network, StepRule rule, boolean keepsBest, boolean writesCheckpoints) {
    long weights = network.size();
    long solver = new LocalSteps(network, rule).elements() - network.gradientSize();
    long average = rule.averagingDecay() > 0 ? weights : 0;
    long state = weights + solver + average + (keepsBest ? weights : 0);
    return Float.BYTES * state * (writesCheckpoints ? 2 : 1);
  }

  /** What the driver holds, its executor aside if that is the same process. */
  long driver() {
    return state + messages;
  }

  /** What an executor holds. */
  long executor() {
    return replicas * replica + copies;
  }
}
