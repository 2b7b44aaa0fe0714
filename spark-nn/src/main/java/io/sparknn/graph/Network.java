package io.sparknn.graph;

import io.sparknn.graph.Graph.Input;
import io.sparknn.graph.Graph.Node;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link Graph} over inputs of known shapes: the shape of every value, and the place of every
 * weight in one flat array. Trainable weights come first, statistics after them; a gradient has the
 * same layout. Immutable; a {@link Replica} runs it.
 */
public final class Network implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Graph graph;
  private final Map<String, List<Slot>> slots = new LinkedHashMap<>();
  private final int trainableSize;
  private final int size;

  /**
   * A weight's place in the flat array.
   *
   * @param name as in {@code conv2d/kernel}
   */
  public record Slot(String name, Weight weight, int offset) implements Serializable {

    /** The weight's view of an array that has the network's layout. */
    public Tensor in(float[] flat) {
      return new Tensor(flat, offset, weight.shape());
    }
  }

  /**
   * Plans a network.
   *
   * @param graph its input shapes may be partly unknown
   * @param inputShapes the shape of one row of each input, all known
   * @throws IllegalArgumentException if a layer cannot read what it is given, or a shape remains
   *     unknown: one sentence that names the layer
   */
  public Network(Graph graph, List<Shape> inputShapes) {
    Map<String, Shape> shapes = new HashMap<>();
    Map<String, List<Weight>> weights = new LinkedHashMap<>();
    List<Input> inputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < inputShapes.size(); i++) {
      Input input = graph.inputs().get(i).refine(inputShapes.get(i));
      inputs.add(input);
      shapes.put(input.name(), input.shape());
    }
    for (Node node : graph.nodes()) {
      List<Shape> read = node.inputs().stream().map(shapes::get).toList();
      Shape shape = outputShape(node, read);
      List<Weight> own = node.layer().weights(read);
      List<Weight> shared = weights.putIfAbsent(node.owner(), own);
      if (shared != null && !shared.equals(own)) {
        throw new IllegalArgumentException(
            "%s shares its weights with %s but reads another shape: use two layers"
                .formatted(node.name(), node.owner()));
      }
      shapes.put(node.name(), shape);
      nodes.add(new Node(node.name(), node.owner(), node.layer(), node.inputs(), shape));
    }
    this.graph = new Graph(inputs, nodes, graph.output());
    Map<String, Slot[]> places = new LinkedHashMap<>();
    weights.forEach((owner, own) -> places.put(owner, new Slot[own.size()]));
    trainableSize = place(weights, true, 0, places);
    size = place(weights, false, trainableSize, places);
    places.forEach((owner, own) -> slots.put(owner, List.of(own)));
  }

  private static Shape outputShape(Node node, List<Shape> inputs) {
    Shape shape;
    try {
      shape = node.layer().outputShape(inputs);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(node.name() + ": " + e.getMessage(), e);
    }
    if (!shape.isKnown()) {
      throw new IllegalArgumentException(
          "%s: its output shape %s is not known: give the network's input a shape, as Reshape does"
              .formatted(node.name(), shape));
    }
    return shape;
  }

  /** Places the trainable weights, or the statistics, from {@code start} on; returns the end. */
  private static int place(
      Map<String, List<Weight>> weights, boolean trainable, int start, Map<String, Slot[]> places) {
    int end = start;
    for (String owner : weights.keySet()) {
      List<Weight> own = weights.get(owner);
      for (int i = 0; i < own.size(); i++) {
        Weight weight = own.get(i);
        if (weight.trainable() == trainable) {
          places.get(owner)[i] = new Slot(owner + "/" + weight.name(), weight, end);
          end = Math.addExact(end, weight.shape().size());
        }
      }
    }
    return end;
  }

  /** The graph, every shape known. */
  public Graph graph() {
    return graph;
  }

  public List<Shape> inputShapes() {
    return graph.inputs().stream().map(Input::shape).toList();
  }

  public Shape outputShape() {
    return graph.shape();
  }

  /** The number of elements of a row's inputs and of all layers' outputs: what a batch costs. */
  public long valuesPerRow() {
    return graph.inputs().stream().mapToLong(input -> input.shape().size()).sum()
        + graph.nodes().stream().mapToLong(node -> node.shape().size()).sum();
  }

  /** The number of weights and statistics: the length of the flat array. */
  public int size() {
    return size;
  }

  /** The number of weights that the optimiser changes: the first part of the flat array. */
  public int trainableSize() {
    return trainableSize;
  }

  /** Every weight once, in the order of the layers. */
  public List<Slot> slots() {
    return slots.values().stream().flatMap(List::stream).toList();
  }

  /** The weights of one node. */
  List<Slot> slots(Node node) {
    return slots.get(node.owner());
  }

  /** First values for all weights; the same seed gives the same values. */
  public float[] initialWeights(long seed) {
    float[] weights = new float[size];
    List<Slot> all = slots();
    for (int i = 0; i < all.size(); i++) {
      Slot slot = all.get(i);
      slot.weight().initializer().fill(slot.in(weights), Randoms.key(seed, i));
    }
    return weights;
  }

  /**
   * Lets every layer compute its statistics' next values.
   *
   * @param weights to be changed in place
   * @param sums the summed gradient of a whole batch
   * @param rows the number of rows in the batch
   */
  public void updateStatistics(float[] weights, float[] sums, long rows) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    graph.nodes().forEach(node -> layers.putIfAbsent(node.owner(), node.layer()));
    layers.forEach(
        (owner, layer) -> {
          List<Tensor> values = slots.get(owner).stream().map(slot -> slot.in(weights)).toList();
          List<Tensor> added = slots.get(owner).stream().map(slot -> slot.in(sums)).toList();
          layer.updateStatistics(values, added, rows);
        });
  }

  /** A table of the layers, their output shapes and numbers of weights. */
  public String summary() {
    return NetworkSummary.of(this);
  }
}
