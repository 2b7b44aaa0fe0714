package io.sparknn.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparknn.graph.Graph;
import io.sparknn.graph.GraphJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that decides the bits at which a training ends, by name, as in {@code stepSize}: two
 * trainings are the same if they agree in all of it.
 */
final class TrainingIdentity {

  static final String NETWORK = "network";

  /** What every version has recorded. */
  private static final List<String> ALWAYS =
      List.of(NETWORK, "number of rows", "batchSize", "seed", "solver", "loss");

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int SHOWN = 100;
  private static final int NAME_BYTES = 8;

  private final Map<String, String> entries;

  TrainingIdentity(Map<String, String> entries) {
    this.entries = new TreeMap<>(entries);
  }

  /** Reads what {@link #toString} wrote. */
  static TrainingIdentity parse(String json) throws IOException {
    return new TrainingIdentity(
        MAPPER.readValue(json, new TypeReference<TreeMap<String, String>>() {}));
  }

  /** A name that no other training has. */
  String name() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(toString().getBytes(StandardCharsets.UTF_8));
      return "training-" + HexFormat.of().formatHex(Arrays.copyOf(digest, NAME_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * In what another training differs, each as in {@code stepSize is 0.1 where this one's is 0.01};
   * nothing if it is the same as far as both tell. Earlier versions recorded less.
   */
  List<String> differences(TrainingIdentity other) {
    List<String> differences = new ArrayList<>();
    Map<String, String> all = new TreeMap<>(other.entries);
    ALWAYS.forEach(name -> all.putIfAbsent(name, null));
    all.forEach(
        (name, theirs) -> {
          String own = entries.get(name);
          if (!isSame(name, own, theirs)) {
            differences.add(
                isShort(own) && isShort(theirs)
                    ? "%s is %s where this one's is %s".formatted(name, theirs, own)
                    : name + " is another");
          }
        });
    return differences;
  }

  /** What this training records that another has not recorded. */
  List<String> unknown(TrainingIdentity other) {
    return entries.keySet().stream().filter(name -> !other.entries.containsKey(name)).toList();
  }

  private static boolean isSame(String name, String own, String theirs) {
    if (own == null || theirs == null || own.equals(theirs)) {
      return own != null && theirs != null;
    }
    try {
      // Another version may write the same layers in another way.
      return name.equals(NETWORK)
          && GraphJson.read(own, Graph.class).equals(GraphJson.read(theirs, Graph.class));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isShort(String text) {
    return text != null && text.length() <= SHOWN;
  }

  /** The entries as JSON, sorted by name. */
  @Override
  public String toString() {
    try {
      return MAPPER.writeValueAsString(entries);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
