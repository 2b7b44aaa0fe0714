package io.sparknn.graph;

import io.sparknn.graph.Graph.Input;
import io.sparknn.graph.Graph.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which values of a network stay sparse: raw inputs whose rows are mostly 0, and what joins them to
 * other raw inputs, if every layer that reads them can. Where one cannot, or shares its weights
 * with a layer that reads others, they are dense for all.
 */
final class SparseValues {
  private final List<Input> inputs;
  private final List<Node> parts;
  private final String output;

  /** For each value that still may be sparse, about how many elements a row has. */
  private final Map<String, Long> sparse = new LinkedHashMap<>();

  private SparseValues(List<Input> inputs, List<Node> parts, String output) {
    this.inputs = inputs;
    this.parts = parts;
    this.output = output;
  }

  /**
   * Finds them.
   *
   * @param wanted for each input that is mostly 0, about how many elements of a row are not
   * @return for each value that stays sparse, the same
   */
  static Map<String, Long> find(
      List<Input> inputs, List<Node> parts, String output, Map<String, Long> wanted) {
    SparseValues values = new SparseValues(inputs, parts, output);
    if (!wanted.isEmpty()) {
      values.find(wanted);
    }
    return values.sparse;
  }

  private void find(Map<String, Long> wanted) {
    Set<String> raw = new HashSet<>();
    Map<String, Long> counts = new HashMap<>();
    for (Input input : inputs) {
      if (input.shape().rank() == 1 && input.shape().isKnown()) {
        raw.add(input.name());
        counts.put(input.name(), (long) input.shape().size());
      }
    }
    wanted.forEach(
        (name, count) -> {
          if (raw.contains(name)) {
            sparse.put(name, count);
            counts.put(name, count);
          }
        });
    for (Node part : parts) {
      boolean joins = part.layer().passesSparseOn() && raw.containsAll(part.inputs());
      if (joins && part.inputs().stream().anyMatch(sparse::containsKey)) {
        raw.add(part.name());
        counts.put(part.name(), part.inputs().stream().mapToLong(counts::get).sum());
        sparse.put(part.name(), counts.get(part.name()));
      }
    }
    sparse.remove(output);
    int before;
    do {
      before = sparse.size();
      parts.forEach(this::check);
    } while (sparse.size() < before);
  }

  /** Forgets the values that a part cannot read. */
  private void check(Node part) {
    boolean reads = part.inputs().stream().anyMatch(sparse::containsKey);
    boolean can =
        part.layer().passesSparseOn()
            ? sparse.containsKey(part.name())
            : part.layer().readsSparse() && sharesWithSparse(part);
    if (!reads) {
      sparse.remove(part.name());
    } else if (!can) {
      part.inputs().forEach(sparse::remove);
    }
  }

  private boolean sharesWithSparse(Node part) {
    return parts.stream()
        .filter(other -> other.owner().equals(part.owner()))
        .allMatch(other -> sparse.keySet().containsAll(other.inputs()));
  }
}
