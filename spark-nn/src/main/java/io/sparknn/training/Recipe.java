package io.sparknn.training;

import io.sparknn.graph.Gradient;
import io.sparknn.graph.Network;
import io.sparknn.loss.Loss;
import java.io.Serializable;

/**
 * What a replica needs to know of training besides its network.
 *
 * @param plan which rows an iteration trains on
 * @param rule how a batch moves the weights
 * @param microBatchSize the greatest number of rows that a replica computes at once; of more it
 *     adds up the gradients of equal parts
 */
public record Recipe(BatchPlan plan, Loss loss, StepRule rule, int microBatchSize)
    implements Serializable {

  /** The number of rows that a replica computes at once of so many: in equal parts. */
  public int partSize(int rows) {
    return BatchPlan.divideUp(rows, BatchPlan.divideUp(rows, microBatchSize));
  }

  /** What a replica of a network adds its gradient or its local steps to, all 0. */
  public Gradient newMemory(Network network) {
    return rule == null || rule.localSteps() == 1
        ? network.newGradient()
        : Gradient.ofSize(new LocalSteps(network, rule).size());
  }

  /** One that makes no step of its own, and computes its rows at once. */
  public Recipe(BatchPlan plan, Loss loss) {
    this(plan, loss, null, Integer.MAX_VALUE);
  }
}
