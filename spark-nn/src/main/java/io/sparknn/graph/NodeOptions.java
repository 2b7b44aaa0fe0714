package io.sparknn.graph;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * How the weights of a node are trained, whatever its layer.
 *
 * @param name what the node is called, or nothing for its layer's kind and a number
 * @param trainable whether its weights are trained; otherwise they keep their first values, and
 *     statistics are used as in scoring
 * @param l1 adds {@code l1 * sum of |w|} to the loss for each element of its kernels and tables
 * @param l2 adds {@code l2 * sum of w^2} to the loss for each element of its kernels and tables
 * @param maxNorm the greatest Euclidean norm of a kernel's column (what one output multiplies) or a
 *     table's row, held by scaling after each step; 0 for any norm
 * @param initialWeights a safetensors file with first values for its weights, or nothing
 * @param frozenParts the parts of a composite layer that are not trained, by their names within it
 */
public record NodeOptions(
    String name,
    boolean trainable,
    double l1,
    double l2,
    double maxNorm,
    String initialWeights,
    List<String> frozenParts)
    implements Serializable {

  /** Trained freely from the initialisers' values. */
  public static final NodeOptions DEFAULT = new NodeOptions("", true, 0, 0, 0, "");

  public NodeOptions {
    if (name.contains("/")) {
      throw new IllegalArgumentException(
          "name must not contain a slash, which separates layers' names; received '" + name + "'");
    }
    check("l1", l1);
    check("l2", l2);
    check("maxNorm", maxNorm);
    frozenParts = List.copyOf(frozenParts);
  }

  /** Options of which all parts of a composite layer have the same. */
  public NodeOptions(
      String name, boolean trainable, double l1, double l2, double maxNorm, String initialWeights) {
    this(name, trainable, l1, l2, maxNorm, initialWeights, List.of());
  }

  /** The options of a part of a composite layer. */
  NodeOptions of(String part) {
    String below = part + "/";
    return with(
        trainable && !frozenParts.contains(part),
        frozenParts.stream()
            .filter(name -> name.startsWith(below))
            .map(name -> name.substring(below.length()))
            .toList());
  }

  /** These options without training. */
  NodeOptions freeze() {
    return with(false, frozenParts);
  }

  /** These options without training of more parts. */
  NodeOptions freeze(List<String> parts) {
    return with(trainable, Stream.concat(frozenParts.stream(), parts.stream()).distinct().toList());
  }

  private NodeOptions with(boolean trainable, List<String> frozenParts) {
    return new NodeOptions(name, trainable, l1, l2, maxNorm, initialWeights, frozenParts);
  }

  private static void check(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " must be at least 0; received " + value);
    }
  }
}
