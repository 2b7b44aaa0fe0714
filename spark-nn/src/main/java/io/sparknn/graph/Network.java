package io.sparknn.graph;

import io.sparknn.graph.Graph.Input;
import io.sparknn.graph.Graph.Node;
import io.sparknn.layer.Composite;
import io.sparknn.layer.Composite.Wire;
import io.sparknn.layer.Composite.Wiring;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Scope;
import io.sparknn.layer.Weight;
import io.sparknn.layer.Weight.Role;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.Tensor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A {@link Graph} over inputs of known shapes: the shape of every value, and the place of every
 * weight in one flat array. Trained weights come first (tables before others), then statistics,
 * then frozen weights; a gradient has the same layout without these. Immutable; a {@link Replica}
 * runs it.
 */
public final class Network implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int MAX_MIN_STEPS = 1000;

  /** A file's few bytes may ask for any number of layers. */
  private static final int MAX_PARTS = 10_000;

  /**
   * The first element of a great array that stands at the start of a line of the processor's cache:
   * the heap gives such an array regions of its own, which begin with 16 bytes of header. Rows of
   * tables are read in any order, and each would touch one line more.
   */
  private static final int ALIGNED = 12;

  private static final int GREAT = 1 << 18;

  private final Graph graph;
  private final List<Node> parts = new ArrayList<>();
  private final String output;
  private final Shape outputShape;
  private final Map<String, List<Slot>> slots = new LinkedHashMap<>();
  private final List<Slot> tables = new ArrayList<>();
  private final List<Slot> penalized = new ArrayList<>();
  private final int tableSize;
  private final int trainableSize;
  private final int gradientSize;
  private final int size;
  private final int minSteps;

  /** For each input that is mostly 0, about how many elements of a row are not. */
  private final Map<String, Long> mostlyZero;

  /**
   * A weight's place in the flat array.
   *
   * @param name as in {@code conv2d/kernel}
   */
  public record Slot(String name, Weight weight, NodeOptions options, int offset)
      implements Serializable {

    /** The weight's view of an array that has the network's layout. */
    public Tensor in(float[] flat) {
      return new Tensor(flat, offset, weight.shape());
    }

    /** Whether the optimiser changes it. */
    public boolean isTrained() {
      return weight.isTrainable() && options.trainable();
    }

    private boolean isPenalized() {
      boolean isFree = options.l1() == 0 && options.l2() == 0;
      return isTrained() && weight.role() != Role.VECTOR && !isFree;
    }

    private boolean isIn(Region region) {
      if (!options.trainable()) {
        return region == Region.FROZEN;
      }
      return region
          == switch (weight.role()) {
            case TABLE, SPARSE_KERNEL -> Region.TABLES;
            case KERNEL, VECTOR -> Region.TRAINED;
            case STATISTIC -> Region.STATISTICS;
          };
    }
  }

  /**
   * The parts of the flat array, in order. Gradients of tables, and of kernels that multiply sparse
   * rows, are sparse; frozen weights have none.
   */
  private enum Region {
    TABLES,
    TRAINED,
    STATISTICS,
    FROZEN
  }

  /**
   * Plans a network.
   *
   * @param graph its input shapes may be partly unknown
   * @param inputShapes the shape of one row of each input, all extents known or ragged
   * @throws IllegalArgumentException if a layer cannot read what it is given, or a shape remains
   *     unknown: one sentence that names the layer
   */
  public Network(Graph graph, List<Shape> inputShapes) {
    this(graph, inputShapes, graph.output(), Map.of());
  }

  private Network(Graph graph, List<Shape> inputShapes, String last, Map<String, Long> mostlyZero) {
    this.mostlyZero = Map.copyOf(mostlyZero);
    Map<String, Wire> values = new LinkedHashMap<>();
    Map<String, List<Slot>> weights = new LinkedHashMap<>();
    List<Input> inputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < inputShapes.size(); i++) {
      Input input = graph.inputs().get(i).refine(inputShapes.get(i));
      inputs.add(input);
      put(values, new Wire(input.name(), input.shape()), input.name());
    }
    for (Node node : graph.nodes()) {
      Wire result = plan(node, read(node, values), values, weights);
      nodes.add(
          new Node(
              node.name(),
              node.owner(),
              node.layer(),
              node.options(),
              node.inputs(),
              result.shape()));
    }
    this.graph = new Graph(inputs, nodes, graph.output());
    sparsifyKernels(weights, find(graph.output(), values).name());
    checkSize(weights);
    tableSize = place(weights, Region.TABLES, hasGreatTable(weights) ? ALIGNED : 0);
    trainableSize = place(weights, Region.TRAINED, tableSize);
    gradientSize = place(weights, Region.STATISTICS, trainableSize);
    size = place(weights, Region.FROZEN, gradientSize);
    for (Slot slot : slots()) {
      if (slot.isIn(Region.TABLES)) {
        tables.add(slot);
      }
      if (slot.isPenalized()) {
        penalized.add(slot);
      }
    }
    Wire result = find(last, values);
    outputShape = result.shape();
    prune(result.name());
    output = fuse(result.name());
    minSteps = isRagged() ? findMinSteps() : 1;
  }

  private static Wire find(String name, Map<String, Wire> values) {
    Wire found = values.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "there is no layer '%s'; the layers are %s".formatted(name, values.keySet()));
    }
    return found;
  }

  /** A sequence may be shorter than a layer's window, which then has no position that counts. */
  private int findMinSteps() {
    IllegalArgumentException refusal = null;
    for (int steps = 1; steps <= MAX_MIN_STEPS; steps++) {
      try {
        checkSteps(steps);
        return steps;
      } catch (IllegalArgumentException e) {
        refusal = e;
      }
    }
    throw refusal;
  }

  private void checkSteps(int steps) {
    Map<String, Shape> shapes = new HashMap<>();
    graph.inputs().forEach(input -> shapes.put(input.name(), resolve(input.shape(), steps)));
    for (Node part : parts) {
      List<Shape> read = part.inputs().stream().map(shapes::get).toList();
      shapes.put(part.name(), explain(part, () -> part.layer().outputShape(read)));
    }
  }

  /**
   * The same network up to a layer, whose value is its output. All weights keep their places.
   *
   * @param layer its name, or that of a part of a composite layer
   * @throws IllegalArgumentException if there is no such layer
   */
  public Network until(String layer) {
    return new Network(graph, inputShapes(), layer, mostlyZero);
  }

  /**
   * The same network for rows that are mostly 0 in some inputs. Where the layers can, those rows
   * stay sparse, and the gradients of the kernels that they are multiplied with have the touched
   * rows only; the weights have other places in the flat array then. What is computed is the same
   * but for rounding.
   *
   * @param mostlyZero the names of such inputs, and about how many elements of a row are not 0
   */
  public Network withSparse(Map<String, Long> mostlyZero) {
    Network sparse = new Network(graph, inputShapes(), graph.output(), mostlyZero);
    return sparse.sparseValues().isEmpty() ? this : sparse;
  }

  /** Kernels that only multiply sparse rows have sparse gradients. */
  private void sparsifyKernels(Map<String, List<Slot>> weights, String result) {
    List<Node> needed = needed(result);
    Map<String, Long> sparse = SparseValues.find(graph.inputs(), needed, result, mostlyZero);
    for (Node part : needed) {
      if (part.layer().readsSparse() && sparse.keySet().containsAll(part.inputs())) {
        weights.computeIfPresent(
            part.owner(),
            (owner, slots) ->
                slots.stream()
                    .map(slot -> new Slot(slot.name, slot.weight.ofSparse(), slot.options, 0))
                    .toList());
      }
    }
  }

  /** The names of the layers that read an input. */
  public List<String> readers(String input) {
    return graph.nodes().stream()
        .filter(node -> node.inputs().contains(input))
        .map(Node::name)
        .toList();
  }

  /** The names of the inputs, and of what joins them, that stay sparse. */
  public Set<String> sparse() {
    return new TreeSet<>(sparseValues().keySet());
  }

  /** The values that stay sparse: for each about how many elements a row has. */
  Map<String, Long> sparseValues() {
    return sparseValues(mostlyZero);
  }

  /** The values that stay sparse where some inputs are mostly 0. */
  Map<String, Long> sparseValues(Map<String, Long> mostlyZero) {
    return SparseValues.find(graph.inputs(), parts, output, mostlyZero);
  }

  /** The names of those inputs that would stay sparse if their rows were mostly 0. */
  public Set<String> sparseInputs() {
    Map<String, Long> all = new HashMap<>();
    graph.inputs().forEach(input -> all.put(input.name(), 1L));
    Set<String> names = new HashSet<>(sparseValues(all).keySet());
    names.retainAll(all.keySet());
    return names;
  }

  /** Plans a node, or the parts of one, and returns its result. */
  private Wire plan(
      Node node, List<Wire> read, Map<String, Wire> values, Map<String, List<Slot>> weights) {
    Wire result =
        node.layer() instanceof Composite composite
            ? planParts(node, composite, read, values, weights)
            : planLayer(node, read, weights);
    put(values, result, node.name());
    return result;
  }

  private static List<Wire> read(Node node, Map<String, Wire> values) {
    for (String input : node.inputs()) {
      if (!values.containsKey(input)) {
        throw new IllegalArgumentException(
            "%s reads '%s', which is neither an input nor a layer before it"
                .formatted(node.name(), input));
      }
    }
    if (node.inputs().isEmpty()) {
      throw new IllegalArgumentException(node.name() + " reads nothing: a layer needs an input");
    }
    return node.inputs().stream().map(values::get).toList();
  }

  private static void put(Map<String, Wire> values, Wire value, String name) {
    if (values.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException(
          "two layers or inputs are named '%s': give each a name of its own".formatted(name));
    }
    if (values.size() > MAX_PARTS) {
      throw new IllegalArgumentException(
          "a network has at most %s layers, their parts included; received more: set fewer"
              .formatted(MAX_PARTS));
    }
  }

  private Wire planParts(
      Node node,
      Composite composite,
      List<Wire> read,
      Map<String, Wire> values,
      Map<String, List<Slot>> weights) {
    Wiring wiring =
        (part, inner, inputs) ->
            plan(
                new Node(
                    node.name() + "/" + part,
                    node.owner() + "/" + part,
                    inner,
                    node.options().of(part),
                    inputs.stream().map(Wire::name).toList(),
                    null),
                inputs,
                values,
                weights);
    return explain(node, () -> composite.wire(wiring, read));
  }

  private Wire planLayer(Node node, List<Wire> read, Map<String, List<Slot>> weights) {
    Layer layer = node.layer();
    List<Shape> shapes = read.stream().map(Wire::shape).toList();
    Shape shape = explain(node, () -> layer.outputShape(shapes));
    if (shape.isOpen()) {
      throw new IllegalArgumentException(
          "%s: its output shape %s is not known: give the network's input a shape, as Reshape does"
              .formatted(node.name(), shape));
    }
    List<Weight> own = explain(node, () -> weights(layer, shapes, shape));
    List<Slot> placeless =
        own.stream()
            .map(weight -> new Slot(node.owner() + "/" + weight.name(), weight, node.options(), 0))
            .toList();
    List<Slot> shared = weights.putIfAbsent(node.owner(), placeless);
    if (shared != null && !shared.equals(placeless)) {
      throw new IllegalArgumentException(
          "%s shares its weights with %s but reads another shape: use two layers"
              .formatted(node.name(), node.owner()));
    }
    List<String> names = read.stream().map(Wire::name).toList();
    parts.add(new Node(node.name(), node.owner(), layer, node.options(), names, shape));
    return new Wire(node.name(), shape);
  }

  /** A layer's weights; neither of these nor of a row of its output are there too many elements. */
  private static List<Weight> weights(Layer layer, List<Shape> inputs, Shape output) {
    List<Weight> weights = layer.weights(inputs);
    resolve(output, 1).size();
    weights.forEach(Network::checkSize);
    return weights;
  }

  private static void checkSize(Weight weight) {
    try {
      weight.shape().size();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(weight.name() + " of " + e.getMessage(), e);
    }
  }

  private static <T> T explain(Node node, Supplier<T> work) {
    try {
      return work.get();
    } catch (IllegalArgumentException e) {
      // A part has named itself already.
      String prefix = e.getMessage().startsWith(node.name() + "/") ? "" : node.name() + ": ";
      throw new IllegalArgumentException(prefix + e.getMessage(), e);
    }
  }

  /** Forgets the parts that a value does not need. */
  private void prune(String result) {
    parts.retainAll(needed(result));
  }

  private List<Node> needed(String result) {
    Set<String> needed = new HashSet<>(Set.of(result));
    for (int i = parts.size() - 1; i >= 0; i--) {
      if (needed.contains(parts.get(i).name())) {
        needed.addAll(parts.get(i).inputs());
      }
    }
    return parts.stream().filter(part -> needed.contains(part.name())).toList();
  }

  /**
   * Lets a layer that alone reads another's output become one with it, under the other's name.
   *
   * @param result the name of the part whose value is the output
   * @return its name now
   */
  private String fuse(String result) {
    Map<String, Integer> readers = new HashMap<>(Map.of(result, 1));
    parts.forEach(part -> part.inputs().forEach(name -> readers.merge(name, 1, Integer::sum)));
    Map<String, Node> fused = new LinkedHashMap<>();
    Map<String, String> names = new HashMap<>();
    for (Node part : parts) {
      List<String> read =
          part.inputs().stream().map(name -> names.getOrDefault(name, name)).toList();
      Node first = fused.get(read.get(0));
      boolean isFree = read.size() == 1 && slots(part).isEmpty() && first != null;
      Layer both =
          isFree && readers.get(part.inputs().get(0)) == 1
              ? first.layer().fusedWith(part.layer())
              : null;
      Node node =
          both == null
              ? with(part, part.layer(), read, part.shape())
              : with(first, both, first.inputs(), part.shape());
      fused.put(node.name(), node);
      names.put(part.name(), node.name());
    }
    parts.clear();
    parts.addAll(fused.values());
    return names.getOrDefault(result, result);
  }

  private static Node with(Node node, Layer layer, List<String> inputs, Shape shape) {
    return new Node(node.name(), node.owner(), layer, node.options(), inputs, shape);
  }

  private static boolean hasGreatTable(Map<String, List<Slot>> weights) {
    return weights.values().stream()
        .flatMap(List::stream)
        .anyMatch(slot -> slot.isIn(Region.TABLES) && slot.weight.shape().size() >= GREAT);
  }

  private static void checkSize(Map<String, List<Slot>> weights) {
    List<Slot> all = weights.values().stream().flatMap(List::stream).toList();
    long total = all.stream().mapToLong(slot -> slot.weight.shape().size()).sum();
    if (total > Sizes.MAX - ALIGNED) {
      Slot greatest =
          Collections.max(all, Comparator.comparing(slot -> slot.weight.shape().size()));
      throw new IllegalArgumentException(
          "the network has %s weights, more than %s: make its layers smaller, first of all that of %s %s"
              .formatted(
                  Sizes.count(total), Sizes.limit(), greatest.name, greatest.weight.shape()));
    }
  }

  /** Places the weights of one region from {@code start} on; returns its end. */
  private int place(Map<String, List<Slot>> weights, Region region, int start) {
    int end = start;
    for (Map.Entry<String, List<Slot>> entry : weights.entrySet()) {
      List<Slot> placed =
          slots.computeIfAbsent(entry.getKey(), key -> new ArrayList<>(entry.getValue()));
      for (int i = 0; i < placed.size(); i++) {
        Slot slot = placed.get(i);
        if (slot.isIn(region)) {
          placed.set(i, new Slot(slot.name, slot.weight, slot.options, end));
          end += slot.weight.shape().size();
        }
      }
    }
    return end;
  }

  /** The graph, every extent known or ragged. */
  public Graph graph() {
    return graph;
  }

  /** The graph's nodes, with the parts of each composite layer in its place. */
  List<Node> parts() {
    return parts;
  }

  /** The name of the input or part whose value is the output. */
  String output() {
    return output;
  }

  public List<Shape> inputShapes() {
    return graph.inputs().stream().map(Input::shape).toList();
  }

  public Shape outputShape() {
    return outputShape;
  }

  /** Whether rows may differ in their number of steps. */
  public boolean isRagged() {
    return inputShapes().stream().anyMatch(Shape::isRagged);
  }

  /** The least number of steps to which ragged rows are padded, so that every window fits. */
  public int minSteps() {
    return minSteps;
  }

  /** As {@link #valuesPerRow(int, Map)}, for this network's own inputs. */
  public long valuesPerRow(int longest) {
    return valuesPerRow(longest, mostlyZero);
  }

  /**
   * The number of elements of a row's inputs, of all layers' outputs and of what these keep: what a
   * batch costs.
   *
   * @param longest the number of steps of the batch's longest row
   * @param mostlyZero as for {@link #withSparse}
   */
  public long valuesPerRow(int longest, Map<String, Long> mostlyZero) {
    int steps = Math.max(minSteps, longest);
    Map<String, Long> sparse = sparseValues(mostlyZero);
    Map<String, Shape> shapes = new HashMap<>();
    long values = 0;
    for (Input input : graph.inputs()) {
      Shape shape = resolve(input.shape(), steps);
      values += sparse.containsKey(input.name()) ? 2 * sparse.get(input.name()) : shape.size();
      shapes.put(input.name(), shape);
    }
    for (Node part : parts) {
      Shape shape = resolve(part.shape(), steps);
      List<Shape> read = part.inputs().stream().map(shapes::get).toList();
      values += sparse.containsKey(part.name()) ? 2 * sparse.get(part.name()) : shape.size();
      values += part.layer().savedElements(read);
      shapes.put(part.name(), shape);
    }
    return values;
  }

  /**
   * The greatest number of elements of the gradient of a batch.
   *
   * @param rows the batch's
   * @param longest the number of steps of its longest row
   */
  public long gradientElements(int rows, int longest) {
    int steps = Math.max(minSteps, longest);
    Map<String, Long> sparse = sparseValues();
    long read =
        graph.inputs().stream()
                .mapToLong(
                    input ->
                        sparse.getOrDefault(
                            input.name(), (long) resolve(input.shape(), steps).size()))
                .sum()
            * rows;
    long elements = (long) gradientSize - tableSize;
    for (Slot table : tables) {
      Shape shape = table.weight.shape();
      elements += Math.min(shape.size() / shape.last(), read) * shape.last();
    }
    return elements;
  }

  private static Shape resolve(Shape shape, int steps) {
    Shape resolved = shape;
    for (int axis = 0; axis < shape.rank(); axis++) {
      resolved = shape.extent(axis) == Shape.RAGGED ? resolved.with(axis, steps) : resolved;
    }
    return resolved;
  }

  /** The length of the flat array of weights and statistics. */
  public int size() {
    return size;
  }

  /** The number of weights that the optimiser changes: the first part of the flat array. */
  public int trainableSize() {
    return trainableSize;
  }

  /** Where each weight that the optimiser changes ends in the flat array, in their order there. */
  public int[] trainableEnds() {
    return slots().stream()
        .filter(Slot::isTrained)
        .mapToInt(slot -> slot.offset + slot.weight.shape().size())
        .sorted()
        .toArray();
  }

  /** The number of elements of a gradient: those of trained weights, and of statistics. */
  public int gradientSize() {
    return gradientSize;
  }

  /** A gradient of 0. */
  public Gradient newGradient() {
    return new Gradient(tableSize, gradientSize, tables);
  }

  /** The greatest number of bytes of the tables' part of a gradient. */
  public long greatestTableBytes() {
    long bytes = 0;
    for (Slot table : tables) {
      Shape shape = table.weight.shape();
      bytes += (3 + (long) (shape.size() / shape.last()) * (1 + shape.last())) * Float.BYTES;
    }
    return bytes;
  }

  /** Every weight once, in the order of the layers. */
  public List<Slot> slots() {
    return slots.values().stream().flatMap(List::stream).toList();
  }

  /** The weights of every layer, or part of a composite one, that has any, by its name. */
  Map<String, List<Slot>> layers() {
    Map<String, List<Slot>> layers = new LinkedHashMap<>(slots);
    layers.values().removeIf(List::isEmpty);
    return layers;
  }

  /** The name of the last layer's weights: a head's own. */
  String last() {
    return graph.nodes().stream()
        .filter(node -> node.name().equals(graph.output()))
        .map(Node::owner)
        .findFirst()
        .orElse("");
  }

  /** The weights of one part. */
  List<Slot> slots(Node part) {
    return slots.get(part.owner());
  }

  /**
   * Refuses weights that are infinite or not a number: every score would be.
   *
   * @throws IllegalArgumentException with the name of the weight
   */
  public void checkFinite(float[] weights) {
    for (Slot slot : slots()) {
      slot.in(weights).checkFinite(slot.name());
    }
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
   * The penalty of the weights' size, {@code sum of l1 |w| + l2 w^2}.
   *
   * @param gradient to which {@code factor} times the penalty's is added
   */
  public double addPenalty(float[] weights, Gradient gradient, float factor) {
    double penalty = 0;
    for (Slot slot : penalized) {
      NodeOptions options = slot.options;
      Tensor matrix = slot.in(weights);
      float[] row = new float[matrix.columns()];
      for (int r = 0; r < matrix.rows(); r++) {
        int start = matrix.offset() + r * row.length;
        for (int c = 0; c < row.length; c++) {
          double w = weights[start + c];
          penalty += options.l1() * Math.abs(w) + options.l2() * w * w;
          row[c] = (float) (factor * (options.l1() * Math.signum(w) + 2 * options.l2() * w));
        }
        gradient.addRow(slot, r, row);
      }
    }
    return penalty;
  }

  /** Visits the gradient of every trained weight once, in their order. */
  public void visit(Gradient gradient, Gradient.Visitor visitor) {
    for (int i = 0; i < tables.size(); i++) {
      Slot slot = tables.get(i);
      Shape table = slot.weight.shape();
      int width = table.last();
      gradient
          .table(slot)
          .visit(
              table.size() / width,
              (row, count, values) -> {
                int from = slot.offset + row * width;
                visitor.visit(from, from + count * width, values, 0);
              });
    }
    gradient.visitDense(trainableSize, visitor);
  }

  /** The Euclidean norm of the gradient of all trained weights. */
  public double norm(Gradient gradient) {
    return Math.sqrt(gradient.squareSum(trainableSize));
  }

  /** Scales weights down to the greatest norm that their options allow. */
  public void limitNorms(float[] weights) {
    for (Slot slot : slots()) {
      float limit = (float) slot.options.maxNorm();
      if (limit > 0 && slot.isTrained() && slot.weight.role() != Role.VECTOR) {
        limitNorms(slot.in(weights), slot.weight.role() == Role.TABLE, limit);
      }
    }
  }

  private static void limitNorms(Tensor matrix, boolean byRow, float limit) {
    int count = byRow ? matrix.rows() : matrix.columns();
    int length = matrix.size() / count;
    int step = byRow ? 1 : matrix.columns();
    for (int k = 0; k < count; k++) {
      int first = matrix.offset() + (byRow ? k * length : k);
      double square = 0;
      for (int i = 0; i < length; i++) {
        double w = matrix.data()[first + i * step];
        square += w * w;
      }
      if (square > (double) limit * limit) {
        float factor = (float) (limit / Math.sqrt(square));
        for (int i = 0; i < length; i++) {
          matrix.data()[first + i * step] *= factor;
        }
      }
    }
  }

  /**
   * Lets every layer that is not frozen compute its statistics' next values.
   *
   * @param weights to be changed in place
   * @param sums the summed gradient of a whole batch
   * @param rows the number of rows in the batch
   */
  public void updateStatistics(float[] weights, Gradient sums, long rows) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    parts.stream()
        .filter(part -> part.options().trainable())
        .filter(part -> slots(part).stream().anyMatch(slot -> slot.weight.role() == Role.STATISTIC))
        .forEach(part -> layers.putIfAbsent(part.owner(), part.layer()));
    layers.forEach(
        (owner, layer) -> {
          List<Tensor> values = slots.get(owner).stream().map(slot -> slot.in(weights)).toList();
          List<Tensor> added = slots.get(owner).stream().map(sums::of).toList();
          layer.updateStatistics(values, added, rows);
        });
  }

  /** The trained layers that add up numbers over all replicas, by name. */
  public List<String> synchronizedLayers() {
    return synchronizedParts().map(Node::name).toList();
  }

  private Stream<Node> synchronizedParts() {
    return parts.stream()
        .filter(part -> part.layer().scope() == Scope.BATCH && part.options().trainable());
  }

  /** The most numbers that a layer adds up over all replicas at once; 0 if none does. */
  public int greatestSums() {
    return synchronizedParts()
        .mapToInt(
            part -> 1 + slots(part).stream().mapToInt(slot -> slot.weight.shape().size()).sum())
        .max()
        .orElse(0);
  }

  /** The number of weights and statistics, without gaps between them. */
  public long numWeights() {
    return count(slot -> true);
  }

  /** The number of weights and statistics of which a condition holds. */
  long count(Predicate<Slot> condition) {
    return slots().stream().filter(condition).mapToLong(slot -> slot.weight.shape().size()).sum();
  }

  /** A table of the layers, their output shapes and numbers of weights. */
  public String summary() {
    return NetworkSummary.of(this);
  }

  /** The number of weights of a node with all its parts. */
  long weightsOf(Node node) {
    return slots.entrySet().stream()
        .filter(
            entry ->
                entry.getKey().equals(node.owner())
                    || entry.getKey().startsWith(node.owner() + "/"))
        .flatMap(entry -> entry.getValue().stream())
        .mapToLong(slot -> slot.weight.shape().size())
        .sum();
  }
}
