package io.sparknn.ml;

import io.sparknn.graph.Network;
import io.sparknn.graph.Transfer;
import io.sparknn.ml.param.HasInitialModel;
import io.sparknn.spark.InitialWeights;
import io.sparknn.spark.StoredFile;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.sql.SparkSession;

/**
 * A saved model from whose weights a training starts.
 *
 * @param path its folder
 * @param includeTop whether its head's own layer is taken over too
 */
record InitialModel(String path, NetworkModel<?> model, boolean includeTop) {

  /**
   * Reads the model that a head's params name; null if they name none.
   *
   * @throws IllegalArgumentException if it cannot be read, or is no model of a network
   */
  static InitialModel of(HasInitialModel<?> head) {
    if (!head.isDefined(head.initialModel())) {
      return null;
    }
    String path = head.getInitialModel();
    NetworkModel<?> model = network(read(path));
    if (model == null) {
      throw new IllegalArgumentException(
          "initialModel %s is no model of a network, nor a pipeline's whose last model is one: name the folder of a saved model"
              .formatted(path));
    }
    return new InitialModel(path, model, head.getIncludeTop());
  }

  private static Object read(String path) {
    try {
      return DefaultParamsReader.loadParamsInstance(path, SparkSession.active());
    } catch (Exception e) {
      throw new IllegalArgumentException(
          "initialModel %s cannot be read: %s".formatted(path, StoredFile.sentence(e)), e);
    }
  }

  /** The last network of a pipeline; null if there is none. */
  private static NetworkModel<?> network(Object stage) {
    if (stage instanceof PipelineModel pipeline) {
      NetworkModel<?> last = null;
      for (Transformer inner : pipeline.stages()) {
        NetworkModel<?> found = network(inner);
        last = found == null ? last : found;
      }
      return last;
    }
    return stage instanceof NetworkModel<?> model ? model : null;
  }

  /**
   * Overwrites first weights with those of the model's layers that fit.
   *
   * @param hasTop whether the network's last layer is the head's own
   * @return what was taken, in words
   * @throws IllegalArgumentException if nothing fits
   */
  String load(Network network, boolean hasTop, float[] weights) {
    try {
      Transfer transfer =
          new Transfer(
              new Transfer.Side(model.network(), model.getUseOutputLayer()),
              new Transfer.Side(network, hasTop),
              includeTop);
      transfer.copy(model.files().weights(), weights);
      return "takes %s from %s".formatted(transfer, path);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("initialModel %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** Tells its weights apart from others. */
  String checksum() {
    return InitialWeights.checksum(model.files().weights());
  }
}
