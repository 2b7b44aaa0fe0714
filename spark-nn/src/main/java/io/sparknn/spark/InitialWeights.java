package io.sparknn.spark;

import io.sparknn.graph.Network;
import io.sparknn.graph.Network.Slot;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;

/** First values of weights that come from safetensors files instead of initialisers. */
public final class InitialWeights {
  private static final int CHUNK = 1 << 16;

  private InitialWeights() {}

  /**
   * Loads the weights of all layers whose options name a file, on any file system that the training
   * data's session can reach. A weight that the file does not hold keeps its value.
   *
   * @param weights in the network's layout, changed in place
   * @return what tells the loaded weights apart from others
   * @throws IllegalArgumentException if a file cannot be read, holds none of a layer's weights, or
   *     one of another shape
   */
  public static String load(Network network, float[] weights, TrainingData data) {
    Configuration conf = data.packed().context().hadoopConfiguration();
    Map<String, Set<String>> wanted = new HashMap<>();
    for (Slot slot : network.slots()) {
      wanted
          .computeIfAbsent(slot.options().initialWeights(), file -> new HashSet<>())
          .add(nameInFile(slot));
    }
    Map<String, Map<String, Tensor>> files = new HashMap<>();
    Map<String, Boolean> found = new HashMap<>();
    CRC32C checksum = new CRC32C();
    for (Slot slot : network.slots()) {
      String file = slot.options().initialWeights();
      if (!file.isEmpty()) {
        int slash = slot.name().indexOf('/');
        Tensor value =
            files
                .computeIfAbsent(file, key -> read(key, wanted.get(key), conf))
                .get(nameInFile(slot));
        found.merge(slot.name().substring(0, slash), value != null, Boolean::logicalOr);
        if (value != null) {
          check(slot, value, file);
          Maths.copy(value, slot.in(weights));
          update(checksum, value.data());
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
    return Long.toHexString(checksum.getValue());
  }

  /** Tells weights apart from others. */
  public static String checksum(float[] weights) {
    CRC32C checksum = new CRC32C();
    update(checksum, weights);
    return Long.toHexString(checksum.getValue());
  }

  /** Adds numbers to a checksum, big-endian. */
  static void update(CRC32C checksum, float[] values) {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      chunk.clear().asFloatBuffer().put(values, from, count);
      checksum.update(chunk.limit(count * Float.BYTES));
    }
  }

  /** What a weight is called within its layer. */
  private static String nameInFile(Slot slot) {
    return slot.name().substring(slot.name().indexOf('/') + 1);
  }

  private static void check(Slot slot, Tensor value, String file) {
    if (!value.shape().equals(slot.weight().shape())) {
      throw new IllegalArgumentException(
          "%s has shape %s; the initial weights in %s have shape %s"
              .formatted(slot.name(), slot.weight().shape(), file, value.shape()));
    }
  }

  private static Map<String, Tensor> read(String file, Set<String> wanted, Configuration conf) {
    try {
      return TensorFile.read(file, wanted::contains, conf);
    } catch (IOException e) {
      throw new IllegalArgumentException("initial weights: " + e.getMessage(), e);
    }
  }
}
