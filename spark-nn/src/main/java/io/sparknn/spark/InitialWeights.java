package io.sparknn.spark;

import io.sparknn.graph.Network;
import io.sparknn.graph.Network.Slot;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** First values of weights that come from safetensors files instead of initialisers. */
public final class InitialWeights {
  private InitialWeights() {}

  /**
   * Loads the weights of all layers whose options name a file, on any file system that the training
   * data's session can reach. A weight that the file does not hold keeps its value.
   *
   * @param weights in the network's layout, changed in place
   * @throws IllegalArgumentException if a file cannot be read, holds none of a layer's weights, or
   *     one of another shape
   */
  public static void load(Network network, float[] weights, TrainingData data) {
    Configuration conf = data.packed().context().hadoopConfiguration();
    Map<String, Map<String, Tensor>> files = new HashMap<>();
    Map<String, Boolean> found = new HashMap<>();
    for (Slot slot : network.slots()) {
      String file = slot.options().initialWeights();
      if (!file.isEmpty()) {
        int slash = slot.name().indexOf('/');
        Tensor value =
            files
                .computeIfAbsent(file, key -> read(key, conf))
                .get(slot.name().substring(slash + 1));
        found.merge(slot.name().substring(0, slash), value != null, Boolean::logicalOr);
        if (value != null) {
          check(slot, value, file);
          Maths.copy(value, slot.in(weights));
        }
      }
    }
    found.forEach(
        (layer, any) -> {
          if (!any) {
            throw new IllegalArgumentException(
                "%s: its file of initial weights holds none of its weights: name tensors as the weights, as in 'embeddings' or 'kernel'"
                    .formatted(layer));
          }
        });
  }

  private static void check(Slot slot, Tensor value, String file) {
    if (!value.shape().equals(slot.weight().shape())) {
      throw new IllegalArgumentException(
          "%s has shape %s; the initial weights in %s have shape %s"
              .formatted(slot.name(), slot.weight().shape(), file, value.shape()));
    }
  }

  private static Map<String, Tensor> read(String file, Configuration conf) {
    try {
      return TensorFile.read(file, conf);
    } catch (IOException e) {
      throw new IllegalArgumentException("initial weights: " + e.getMessage(), e);
    }
  }
}
