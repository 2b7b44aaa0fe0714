package io.sparknn.ml;

import io.sparknn.graph.GraphJson;
import io.sparknn.graph.Network;
import io.sparknn.loss.Loss;
import io.sparknn.ml.param.Rule;
import io.sparknn.optim.Schedule;
import io.sparknn.training.BatchPlan;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;

/**
 * All that decides the result of a training, by name: whether a checkpoint is of the same one.
 * Every param of the head counts, those of later versions too, unless it is known to leave the bits
 * as they are.
 */
final class Identities {

  private static final String NONE = "none";

  /**
   * These change where and how it is computed, what is kept of it and how columns are called, but
   * not to which bits. More epochs continue what fewer began; see {@link Schedule#dependsOnEnd}.
   */
  private static final Set<String> WITHOUT_INFLUENCE =
      Set.of(
          "maxIter",
          "checkpointDir",
          "checkpointInterval",
          "checkpointMinutes",
          "checkpointsKept",
          "resume",
          "aggregationMode",
          "aggregationDepth",
          "intermediateStorageLevel",
          "predictionCol",
          "probabilityCol",
          "predictionFormat",
          "rawPredictionCol",
          "thresholds");

  private Identities() {}

  /**
   * The identity of a training.
   *
   * @param loaded tells the weights that come from files apart
   */
  static Map<String, String> of(
      NetworkEstimator<?, ?> head, Network network, BatchPlan plan, Loss loss, String loaded) {
    Map<String, String> identity = new TreeMap<>();
    for (Param<?> param : head.params()) {
      if (!WITHOUT_INFLUENCE.contains(param.name())) {
        boolean isKnown = head.isDefined(param);
        identity.put(param.name(), isKnown ? Rule.show(head.getOrDefault(param)) : NONE);
      }
    }
    Schedule schedule = Schedule.parse(head.getStepSchedule());
    identity.put(
        "maxIter of stepSchedule",
        schedule.dependsOnEnd() ? String.valueOf(head.getMaxIter()) : NONE);
    identity.put("loaded weights", loaded);
    // Weights have other places where inputs are sparse.
    String sparse = network.sparse().isEmpty() ? "" : " sparse " + network.sparse();
    identity.put("network", GraphJson.write(network.graph()).replace(head.uid(), "head") + sparse);
    identity.put("number of rows", String.valueOf(plan.rows()));
    identity.put("batchSize", String.valueOf(plan.batchSize()));
    identity.put("seed", String.valueOf(plan.seed()));
    identity.put("solver", head.getSolver());
    identity.put("loss", loss.toString());
    return identity;
  }
}
