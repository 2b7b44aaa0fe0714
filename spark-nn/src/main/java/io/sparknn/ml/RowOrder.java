package io.sparknn.ml;

import io.sparknn.graph.Graph;
import io.sparknn.graph.Scopes;
import io.sparknn.layer.Scope;
import io.sparknn.spark.RowShuffle;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Whether the result of a training depends on which rows lie together, so that they must be mixed.
 *
 * @param why the reason; empty if it does not
 * @param batchwise the layers for which it matters which rows a replica computes at once
 */
record RowOrder(String why, List<String> batchwise) {

  /** The setting that, if false, leaves rows where they are. */
  static final String CONF = "spark.nn.shuffle";

  /**
   * Looks at a network and how it is trained.
   *
   * @param body the network without the head's own layer, with readable names
   */
  static RowOrder of(NetworkEstimator<?, ?> head, Graph body) {
    Scopes scopes = new Scopes(body, List.of(head.getFrozenLayers()));
    List<String> batchwise = scopes.layers(Scope.REPLICA);
    if (!batchwise.isEmpty()) {
      return new RowOrder(
          "layer '" + batchwise.get(0) + "' normalises by the rows that a replica holds",
          batchwise);
    }
    return new RowOrder(
        head.getLocalSteps() > 1 ? "replicas make localSteps on their own rows" : "", batchwise);
  }

  /** How rows are mixed before they are packed; null if they stay where they are. */
  RowShuffle shuffle(NetworkEstimator<?, ?> head) {
    boolean cutsBatches = !batchwise.isEmpty() && head.getMicroBatchSize() < head.getBatchSize();
    return why.isEmpty() || !isOn() ? null : new RowShuffle(head.getSeed(), cutsBatches);
  }

  private static boolean isOn() {
    String value = SparkSession.active().conf().get(CONF, "true");
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException(CONF + " must be true or false; received '" + value + "'");
    }
    return value.equals("true");
  }
}
