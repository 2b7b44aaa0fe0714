package io.sparknn.graph;

import io.sparknn.graph.Graph.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Layers that are not trained, by name. */
public final class Freezing {
  private Freezing() {}

  /**
   * As {@link #freeze(Network, List, boolean)}, of a network whose last layer is the head's own.
   */
  public static Network freeze(Network network, List<String> patterns) {
    return freeze(network, patterns, true);
  }

  /**
   * The same network without training of some layers, whose statistics stay as well.
   *
   * @param patterns names of layers, or of parts of composite ones, in which {@code *} stands for
   *     any text; a name stands for all parts below it. Only its full name stands for the last
   *     layer, the head's own: {@code *} is the whole body
   * @param hasTop whether the last layer is the head's own
   * @throws IllegalArgumentException if a pattern matches no layer with weights, or nothing is left
   *     to train
   */
  public static Network freeze(Network network, List<String> patterns, boolean hasTop) {
    if (patterns.isEmpty()) {
      return network;
    }
    Set<String> frozen = new LinkedHashSet<>();
    patterns.forEach(
        pattern -> frozen.addAll(matching(network, pattern, hasTop ? network.last() : "")));
    Graph graph = network.graph();
    List<Node> nodes =
        graph.nodes().stream().map(node -> freeze(node, parts(network, node), frozen)).toList();
    Network result =
        new Network(new Graph(graph.inputs(), nodes, graph.output()), network.inputShapes());
    if (result.trainableSize() == 0) {
      throw new IllegalArgumentException(
          "frozen layers %s leave nothing to train: name fewer".formatted(patterns));
    }
    return result;
  }

  private static List<String> matching(Network network, String pattern, String top) {
    boolean isWild = pattern.contains("*");
    List<String> matching =
        network.layers().keySet().stream()
            .filter(layer -> !(isWild && layer.equals(top)))
            .filter(layer -> matches(pattern, layer))
            .toList();
    if (matching.isEmpty()) {
      throw new IllegalArgumentException(
          "frozen layer '%s' matches no layer; the layers with weights are %s%s"
              .formatted(
                  pattern,
                  network.layers().keySet(),
                  top.isEmpty()
                      ? ""
                      : ", of which a wildcard leaves out the head's own '%s'".formatted(top)));
    }
    return matching;
  }

  /** Whether a pattern stands for a layer or for what that is a part of. */
  static boolean matches(String pattern, String layer) {
    Pattern regex =
        Pattern.compile(
            Stream.of(pattern.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")));
    return withParents(layer).stream().anyMatch(regex.asMatchPredicate());
  }

  /** {@code a/b/c}, {@code a/b} and {@code a}. */
  private static List<String> withParents(String layer) {
    List<String> names = new ArrayList<>();
    for (int end = layer.length(); end > 0; end = layer.lastIndexOf('/', end - 1)) {
      names.add(layer.substring(0, end));
    }
    return names;
  }

  /** The names of a node's parts with weights, or its own if it has no parts. */
  private static List<String> parts(Network network, Node node) {
    return network.layers().keySet().stream()
        .filter(layer -> withParents(layer).contains(node.owner()))
        .toList();
  }

  private static Node freeze(Node node, List<String> parts, Set<String> frozen) {
    List<String> kept = parts.stream().filter(frozen::contains).toList();
    if (kept.isEmpty()) {
      return node;
    }
    int start = node.owner().length() + 1;
    NodeOptions options =
        kept.size() == parts.size()
            ? node.options().freeze()
            : node.options().freeze(kept.stream().map(part -> part.substring(start)).toList());
    return new Node(node.name(), node.owner(), node.layer(), options, node.inputs(), node.shape());
  }
}
