package io.sparknn.graph;

import java.io.Serializable;

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
 */
public record NodeOptions(
    String name, boolean trainable, double l1, double l2, double maxNorm, String initialWeights)
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
  }

  private static void check(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " must be at least 0; received " + value);
    }
  }
}
