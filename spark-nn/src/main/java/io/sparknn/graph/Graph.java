package io.sparknn.graph;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.layer.Layer;
import io.sparknn.tensor.Shape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layers and what they read: an immutable directed acyclic graph. Nodes stand after what they read.
 *
 * @param inputs the raw inputs
 * @param nodes the layers, in an order in which they can be computed
 * @param output the name of the input or node whose value the graph stands for
 */
public record Graph(List<Input> inputs, List<Node> nodes, String output) implements Serializable {

  /** A raw input: its name and the shape of one row, as far as it is known. */
  public record Input(String name, Shape shape) implements Serializable {

    /** This input with the extents that another shape knows. */
    Input refine(Shape other) {
      if (!shape.isCompatible(other)) {
        throw new IllegalArgumentException(
            "input '%s' has shape %s; received %s".formatted(name, shape, other));
      }
      return new Input(name, shape.refine(other));
    }
  }

  /**
   * A layer at one place of the graph.
   *
   * @param name unique within the graph
   * @param owner nodes of one owner share their weights
   * @param options how these are trained
   * @param inputs the names of the inputs and nodes it reads
   * @param shape the shape of one row of its output, as far as it is known
   */
  public record Node(
      String name, String owner, Layer layer, NodeOptions options, List<String> inputs, Shape shape)
      implements Serializable {
    public Node {
      inputs = List.copyOf(inputs);
    }
  }

  public Graph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
  }

  /** A graph of one raw input and no layer. */
  public static Graph input(String name, Shape shape) {
    return new Graph(List.of(new Input(name, shape)), List.of(), name);
  }

  /** This graph with one more layer on its output. */
  public Graph then(String owner, Layer layer) {
    return join(owner, layer, NodeOptions.DEFAULT, List.of(this));
  }

  /** A layer without options that reads the outputs of one or more graphs. */
  public static Graph join(String owner, Layer layer, List<Graph> branches) {
    return join(owner, layer, NodeOptions.DEFAULT, branches);
  }

  /**
   * A layer that reads the outputs of one or more graphs. What these have in common appears once:
   * inputs of the same name, and nodes of the same owner that read the same.
   *
   * @throws IllegalArgumentException if the layer cannot read these shapes, or an owner stands for
   *     two layers
   */
  public static Graph join(String owner, Layer layer, NodeOptions options, List<Graph> branches) {
    Map<String, Input> inputs = new LinkedHashMap<>();
    Map<String, Node> nodes = new LinkedHashMap<>();
    List<String> read = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>();
    Map<String, Node> owners = new HashMap<>();
    owners.put(owner, new Node("", owner, layer, options, List.of(), null));
    for (Graph branch : branches) {
      for (Input input : branch.inputs) {
        inputs.merge(input.name, input, (a, b) -> a.refine(b.shape));
      }
      for (Node node : branch.nodes) {
        checkOwner(owners, node);
        nodes.putIfAbsent(node.name, node);
      }
      read.add(branch.output);
      shapes.add(branch.shape());
    }
    // The name says what the node computes, so the same computation in two branches is one node.
    String name = owner + "(" + Long.toHexString(hash(read)) + ")";
    Shape shape = layer.outputShape(shapes);
    // Refuses a row that no array can hold.
    shape.size();
    nodes.put(name, new Node(name, owner, layer, options, read, shape));
    return new Graph(List.copyOf(inputs.values()), List.copyOf(nodes.values()), name);
  }

  private static void checkOwner(Map<String, Node> owners, Node node) {
    Node other = owners.putIfAbsent(node.owner, node);
    if (other != null && !(other.layer.equals(node.layer) && other.options.equals(node.options))) {
      throw new IllegalArgumentException(
          "%s stands for two layers, %s with %s and %s with %s: give each its own"
              .formatted(node.owner, other.layer, other.options, node.layer, node.options));
    }
  }

  /** The shape of one row of the output, as far as it is known. */
  public Shape shape() {
    for (Node node : nodes) {
      if (node.name.equals(output)) {
        return node.shape;
      }
    }
    for (Input input : inputs) {
      if (input.name.equals(output)) {
        return input.shape;
      }
    }
    throw new IllegalStateException("the graph has no node named '" + output + "'");
  }

  /** The activation function whose values the output holds; linear for none. */
  public ActivationFunction activation() {
    Map<String, ActivationFunction> functions = new HashMap<>();
    for (Node node : nodes) {
      ActivationFunction input =
          functions.getOrDefault(node.inputs.get(0), ActivationFunction.LINEAR);
      functions.put(node.name, node.layer.outputActivation(input));
    }
    return functions.getOrDefault(output, ActivationFunction.LINEAR);
  }

  /**
   * The same graph with readable names: those that the options give, and {@code conv2d}, {@code
   * conv2d_1}, ... in order. Graphs that compute the same have the same readable names.
   *
   * @throws IllegalArgumentException if two layers have one name
   */
  public Graph readable() {
    Map<String, String> names = new HashMap<>();
    Map<String, String> owners = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    Set<String> taken = new HashSet<>();
    for (Input input : inputs) {
      names.put(input.name, input.name);
      taken.add(input.name);
    }
    for (Node node : nodes) {
      String given = node.options.name();
      if (!given.isEmpty() && owners.putIfAbsent(node.owner, given) == null && !taken.add(given)) {
        throw new IllegalArgumentException(
            "two layers or inputs are named '%s': give each a name of its own".formatted(given));
      }
    }
    List<Node> renamed = new ArrayList<>();
    for (Node node : nodes) {
      String given = node.options.name();
      String kind = given.isEmpty() ? node.layer.kind() : given;
      String name = kind;
      boolean isFree = (!given.isEmpty() && !names.containsValue(given)) || taken.add(name);
      while (!isFree) {
        name = kind + "_" + counts.merge(kind, 1, Integer::sum);
        isFree = taken.add(name);
      }
      names.put(node.name, name);
      String owner = owners.computeIfAbsent(node.owner, key -> names.get(node.name));
      List<String> read = node.inputs.stream().map(names::get).toList();
      renamed.add(new Node(name, owner, node.layer, node.options, read, node.shape));
    }
    return new Graph(inputs, renamed, names.get(output));
  }

  private static long hash(List<String> names) {
    long hash = 0;
    for (String name : names) {
      for (int i = 0; i < name.length(); i++) {
        hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
      }
      hash = (hash ^ '|') * 0x100000001B3L;
    }
    return hash;
  }
}
