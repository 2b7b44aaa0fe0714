package io.sparknn.graph;

import io.sparknn.graph.Graph.Node;
import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.Attentive;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.ExactSums;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.SparseMatrix;
import io.sparknn.tensor.SparseRows;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One thread's run of a {@link Network}: the memory for a batch's values and gradients, planned
 * once and reused while batches do not grow. Not thread-safe.
 *
 * <p>Use: {@link #start}, fill {@link #input}, {@link #forward}, read {@link #output}; to train,
 * write the loss' gradient to {@link #outputGradient} and call {@link #backward}.
 */
public final class Replica {

  private final Network network;
  private final Map<String, Value> named = new HashMap<>();
  private final List<Value> inputs = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final Value output;
  private final List<Memory> scratch = new ArrayList<>();

  /** Where gradients of frozen weights go. */
  private final List<Memory> wasted = new ArrayList<>();

  private int rows;
  private float[] weights;
  private Runnable beforeLayer = () -> {};
  private Gradient gradient;
  private boolean training;

  /** Whether the last pass was of {@link #score}. */
  private boolean scores;

  private boolean hasFixedWeights;

  /** Whether there is room for the gradients of batches of this shape. */
  private boolean hasGradients;

  private long randomKey;
  private long[] rowIds;

  /** Null where this is the only replica. */
  private AllReduce others;

  /** A replica for training and scoring. */
  public Replica(Network network) {
    this(network, false);
  }

  /**
   * A replica.
   *
   * @param inputGradients whether {@link #backward} also computes the gradients of the raw inputs
   */
  public Replica(Network network, boolean inputGradients) {
    this.network = network;
    network
        .graph()
        .inputs()
        .forEach(
            input -> {
              Value value = new Value(input.name(), input.shape(), inputGradients, new Memory());
              inputs.add(value);
              named.put(input.name(), value);
            });
    for (Node part : network.parts()) {
      List<Value> read = part.inputs().stream().map(named::get).toList();
      Step step = new Step(part, steps.size(), read);
      steps.add(step);
      named.put(part.name(), step.result);
    }
    output = named.get(network.output());
    shareGradients();
    setSparse(network.sparseValues());
  }

  /**
   * Says which inputs are mostly 0 in the batches to be scored from now on. At first those of the
   * network are, as they always must be in training.
   *
   * @param mostlyZero as for {@link Network#withSparse}
   */
  public void expect(Map<String, Long> mostlyZero) {
    setSparse(network.sparseValues(mostlyZero));
  }

  private void setSparse(Map<String, Long> sparse) {
    named.forEach(
        (name, value) -> {
          boolean isSparse = sparse.containsKey(name);
          value.sparseElements = isSparse ? 2 * sparse.get(name) : 0;
          if (isSparse != (value.sparse != null)) {
            value.sparse = isSparse ? new SparseMatrix(value.shape.size()) : null;
            rows = 0;
          }
        });
  }

  /**
   * Gives memory to the gradients: the backward pass needs a value's from its last reader to its
   * writer, and then another value's may have the memory. What the caller reads or writes is not
   * shared.
   */
  private void shareGradients() {
    output.gradientMemory = new Memory();
    output.hasWriter = true;
    for (Value input : inputs) {
      input.gradientMemory = new Memory();
    }
    List<Memory> free = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      if (step.result.wantsGradient && step.result.hasWriter) {
        step.takeGradients(free);
      }
    }
  }

  /** The free memory that fits best; a new one if there is none. */
  private static Memory take(List<Memory> free, long size) {
    Memory best =
        free.stream()
            .min(
                Comparator.comparing((Memory memory) -> memory.perRow < size)
                    .thenComparing(memory -> Math.abs(memory.perRow - size)))
            .orElseGet(Memory::new);
    free.remove(best);
    best.perRow = Math.max(best.perRow, size);
    return best;
  }

  /**
   * About how many elements a replica holds, but for those that are lost between layers.
   *
   * @param trained the greatest number of rows that it trains on at once
   * @param scored the greatest number of rows that it scores at once
   * @param longest the number of steps of the longest row
   * @throws IllegalArgumentException if so many rows of a layer's output do not fit into an array
   */
  public static long elements(Network network, int trained, int scored, int longest) {
    Replica replica = new Replica(network);
    int[] steps = {longest};
    replica.begin(
        1,
        replica.inputs.stream()
            .map(value -> value.shape.isRagged() ? steps : null)
            .toArray(int[][]::new),
        true);
    replica
        .values()
        .filter(value -> value.sparse == null)
        .forEach(value -> value.batch(Math.max(trained, scored)));
    return Math.max(trained, scored) * replica.valuesPerRow()
        + trained * replica.trainingValuesPerRow();
  }

  private Stream<Value> values() {
    return Stream.concat(inputs.stream(), steps.stream().map(step -> step.result));
  }

  private long valuesPerRow() {
    Map<Memory, Long> sizes = new IdentityHashMap<>();
    values().forEach(value -> sizes.merge(value.memory, value.memoryPerRow(), Math::max));
    return sum(sizes);
  }

  /** The elements for gradients, and those that layers keep for them. */
  private long trainingValuesPerRow() {
    Map<Memory, Long> sizes = new IdentityHashMap<>();
    values()
        .filter(value -> value.hasWriter)
        .forEach(value -> sizes.merge(value.gradientMemory, value.perRow(), Math::max));
    long saved = 0;
    for (Step step : steps) {
      saved += step.layer.trainingElements(step.read.stream().map(value -> value.shape).toList());
      for (int i = 0; i < step.addends.length; i++) {
        if (step.addends[i] != null) {
          sizes.merge(step.addends[i], step.read.get(i).perRow(), Math::max);
        }
      }
    }
    return saved + sum(sizes);
  }

  private static long sum(Map<Memory, Long> sizes) {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The number of elements of all arrays that this replica holds, but for those of plans. */
  long elements() {
    Set<Memory> all = Collections.newSetFromMap(new IdentityHashMap<>());
    all.addAll(scratch);
    all.addAll(wasted);
    values()
        .forEach(
            value -> {
              all.add(value.memory);
              all.add(value.gradientMemory);
            });
    for (Step step : steps) {
      all.addAll(step.saved);
      all.addAll(Arrays.asList(step.addends));
    }
    all.remove(null);
    return all.stream().mapToLong(memory -> memory.data.length).sum()
        + values()
            .filter(value -> value.sparse != null)
            .mapToLong(value -> value.sparse.elements())
            .sum();
  }

  public Network network() {
    return network;
  }

  /** Begins a batch of {@code rows} rows, all inputs of fixed shapes, to be scored. */
  public void start(int rows) {
    start(rows, new int[inputs.size()][]);
  }

  /**
   * Begins a batch of rows to be scored.
   *
   * @param lengths for each input that is ragged, the number of steps of each row; else null
   */
  public void start(int rows, int[][] lengths) {
    begin(rows, lengths, false);
  }

  private void begin(int rows, int[][] lengths, boolean training) {
    boolean padded = false;
    for (int i = 0; i < lengths.length; i++) {
      padded |= lengths[i] != null && inputs.get(i).pad(lengths[i]);
    }
    if (padded) {
      steps.forEach(Step::resolve);
    }
    if (padded || rows != this.rows || training != this.training) {
      this.rows = rows;
      this.training = training;
      hasGradients = false;
      inputs.forEach(Value::replan);
      steps.forEach(Step::replan);
    }
    for (Value input : inputs) {
      if (input.sparse != null) {
        input.sparse.clear();
      }
    }
  }

  /** Begins a batch of rows, all inputs of fixed shapes, to be trained on. */
  public void startTraining(int rows, long key, long[] rowIds) {
    startTraining(rows, new int[inputs.size()][], key, rowIds);
  }

  /**
   * Begins a batch of rows to be trained on.
   *
   * @param lengths for each input that is ragged, the number of steps of each row; else null
   * @param key of all random choices in this iteration
   * @param rowIds the identity of each row; row {@code i} of the batch makes the random choices of
   *     {@code rowIds[i]}, wherever it is computed
   */
  public void startTraining(int rows, int[][] lengths, long key, long[] rowIds) {
    begin(rows, lengths, true);
    this.randomKey = key;
    this.rowIds = rowIds;
  }

  /**
   * Computes batches together with other replicas.
   *
   * @param sums over all of them; null to be alone again
   */
  public void join(AllReduce sums) {
    others = sums;
  }

  /**
   * Where to write a raw input's rows, if it is not sparse; those of ragged inputs are padded by 0.
   */
  public Tensor input(int index) {
    return inputs.get(index).tensor();
  }

  /** Where to write a raw input's rows, if it is sparse; else null. */
  public SparseMatrix sparseInput(int index) {
    return inputs.get(index).sparse;
  }

  /**
   * Writes a row of a raw input and, if it is ragged, its padding. Rows of sparse inputs come in
   * order.
   */
  public void write(int index, int row, float[] from, int offset, int length) {
    SparseMatrix sparse = sparseInput(index);
    if (sparse != null) {
      addRow(sparse, row);
      sparse.add(from, offset, length, 0);
      return;
    }
    Tensor to = input(index);
    int size = to.size() / rows;
    int start = to.offset() + row * size;
    System.arraycopy(from, offset, to.data(), start, length);
    Arrays.fill(to.data(), start + length, start + size, 0);
  }

  /**
   * Writes a row of a raw input of which only those elements are given that are not 0.
   *
   * @param indices their places, in ascending order
   */
  public void write(int index, int row, int[] indices, float[] from, int offset, int count) {
    SparseMatrix sparse = sparseInput(index);
    if (sparse != null) {
      addRow(sparse, row);
      sparse.add(indices, from, offset, count, 0);
      return;
    }
    Tensor to = input(index);
    int size = to.size() / rows;
    int start = to.offset() + row * size;
    Arrays.fill(to.data(), start, start + size, 0);
    for (int i = offset; i < offset + count; i++) {
      to.data()[start + Objects.checkIndex(indices[i], size)] = from[i];
    }
  }

  private static void addRow(SparseMatrix sparse, int row) {
    if (sparse.rows() != row) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "row %d of a sparse input is to be written; received row %d",
              sparse.rows(),
              row));
    }
    sparse.addRow();
  }

  /** Has something run before each layer's work, which may stop that by what it throws. */
  public void beforeEachLayer(Runnable check) {
    beforeLayer = check;
  }

  /** Computes every layer with weights that may change from call to call. */
  public void forward(float[] weights) {
    hasFixedWeights = false;
    compute(weights);
  }

  /**
   * Computes every layer. An array that was given to the last call must hold the same weights as
   * then, so that layers need not prepare them anew.
   */
  public void score(float[] weights) {
    hasFixedWeights = scores && weights == this.weights;
    compute(weights);
    scores = true;
  }

  private void compute(float[] weights) {
    scores = false;
    this.weights = weights;
    for (int i = 0; i < steps.size(); i++) {
      beforeLayer.run();
      steps.get(i).forward();
    }
  }

  /** The network's output for the batch, until the next one. */
  public Tensor output() {
    return output.tensor();
  }

  /** Which steps of the output count, if it has steps; null if all do. */
  public Mask outputMask() {
    return output.mask;
  }

  /**
   * The attention weights of the last forward pass, as {@link Attentive#scores} has them.
   *
   * @param part a layer, or a part of a composite one, as in {@code transformerencoder/0/attention}
   * @throws IllegalArgumentException if there is no attention layer of that name
   */
  public Tensor attentionScores(String part) {
    return attention(part).scores();
  }

  /**
   * The attention weights of one row: for each head and query those of the keys, without padding.
   *
   * @param part as for {@link #attentionScores(String)}
   */
  public float[][][] attentionScores(String part, int row) {
    Step step = attention(part);
    Tensor all = step.scores().row(row);
    int keyCount = all.columns();
    int queryCount = all.shape().extent(-2);
    float[][][] scores = new float[all.size() / (queryCount * keyCount)][][];
    for (int head = 0; head < scores.length; head++) {
      scores[head] = new float[length(step.mask(0), row, queryCount)][];
      for (int query = 0; query < scores[head].length; query++) {
        int from = all.offset() + (head * queryCount + query) * keyCount;
        int keys = length(step.mask(Math.min(1, step.inputs() - 1)), row, keyCount);
        scores[head][query] = Arrays.copyOfRange(all.data(), from, from + keys);
      }
    }
    return scores;
  }

  /**
   * Refuses what {@link #attentionScores(String)} would.
   *
   * @throws IllegalArgumentException if there is no attention layer of that name
   */
  public void checkAttention(String part) {
    attention(part);
  }

  private static int length(Mask mask, int row, int steps) {
    return mask == null ? steps : mask.length(row);
  }

  private Step attention(String part) {
    List<Step> attentive = steps.stream().filter(step -> step.layer instanceof Attentive).toList();
    return attentive.stream()
        .filter(step -> step.name.equals(part))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no attention layer '%s'; the attention layers are %s"
                        .formatted(part, attentive.stream().map(step -> step.name).toList())));
  }

  /** Where values first are not finite, and in which rows of the batch. */
  public record Fault(String place, List<Integer> rows) {}

  /** The first values of the last forward pass that are not finite; null if all are. */
  public Fault fault() {
    for (int i = 0; i < inputs.size(); i++) {
      Fault fault = fault("column '" + network.graph().inputs().get(i).name() + "'", inputs.get(i));
      if (fault != null) {
        return fault;
      }
    }
    for (Step step : steps) {
      Fault fault = fault("the output of layer '" + step.name + "'", step.result);
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  /**
   * Where values of the last forward pass first are not finite, and what one of the rows held, in
   * words; there must be such values.
   */
  public String explainFault() {
    Fault fault = fault();
    int row = fault.rows().get(0);
    List<String> ranges = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor values = inputs.get(i).tensor().row(row);
      float min = Float.POSITIVE_INFINITY;
      float max = Float.NEGATIVE_INFINITY;
      for (int k = values.offset(); k < values.offset() + values.size(); k++) {
        min = Math.min(min, values.data()[k]);
        max = Math.max(max, values.data()[k]);
      }
      ranges.add(
          "column '%s' has values from %s to %s"
              .formatted(network.graph().inputs().get(i).name(), min, max));
    }
    return "%s is not finite where %s".formatted(fault.place(), String.join(" and ", ranges));
  }

  private Fault fault(String place, Value value) {
    List<Integer> faulty = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      Tensor values = value.row(row);
      float sum = 0;
      for (int i = 0; i < values.size(); i++) {
        // Stays 0 as long as all are finite.
        sum += 0 * values.data()[values.offset() + i];
      }
      if (sum != 0 || Float.isNaN(sum)) {
        faulty.add(row);
      }
    }
    return faulty.isEmpty() ? null : new Fault(place, faulty);
  }

  /** Where to write the gradient of the loss by the output. */
  public Tensor outputGradient() {
    return output.gradient();
  }

  /**
   * Computes the gradients of the batch of the last {@link #forward}, and adds those of the
   * weights.
   */
  public void backward(Gradient gradient) {
    this.gradient = gradient;
    for (int i = 0; i < inputs.size(); i++) {
      inputs.get(i).written = false;
    }
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).result.written = false;
    }
    output.written = true;
    for (int i = steps.size() - 1; i >= 0; i--) {
      beforeLayer.run();
      steps.get(i).backward();
    }
  }

  /** The gradient of a raw input, if this replica computes those. */
  public Tensor inputGradient(int index) {
    return inputs.get(index).gradient();
  }

  /** The number of elements that layers keep from their forward to their backward pass. */
  long savedElements() {
    return steps.stream()
        .flatMap(step -> step.saved.stream())
        .mapToLong(memory -> memory.data.length)
        .sum();
  }

  /** Makes room for all gradients, so that none moves once another one is there. */
  private void reserveGradients() {
    if (!hasGradients) {
      hasGradients = true;
      inputs.forEach(Value::reserveGradient);
      steps.forEach(Step::reserveGradients);
    }
  }

  /** An array that grows and is reused. */
  private static final class Memory {
    private float[] data = {};

    /** The elements of a row of the greatest gradient that has this memory, as far as known. */
    private long perRow;

    /** The memory of a number, which is made at the first call. */
    static Memory of(List<Memory> all, int number) {
      while (all.size() <= number) {
        all.add(new Memory());
      }
      return all.get(number);
    }

    void reserve(int size) {
      if (data.length < size) {
        data = new float[size];
      }
    }

    Tensor tensor(Shape shape) {
      reserve(shape.size());
      return new Tensor(data, 0, shape);
    }
  }

  /** One node's tensors of the memory that it asks for by number: made once for each shape. */
  private static final class Views {
    private Tensor[] views = {};

    Tensor of(Memory memory, int number, Shape shape) {
      if (number >= views.length) {
        views = Arrays.copyOf(views, number + 1);
      }
      Tensor view = views[number];
      if (view == null || view.data() != memory.data || !view.shape().equals(shape)) {
        view = memory.tensor(shape);
        views[number] = view;
      }
      return view;
    }
  }

  /** A raw input or a layer's result: its rows and their gradient. */
  private final class Value {
    private final String name;
    private final boolean wantsGradient;
    private final Memory memory;

    /** Null if nobody reads the gradient. */
    private Memory gradientMemory;

    /** Whether the loss or a reader writes the gradient. */
    private boolean hasWriter;

    private Tensor tensor;
    private Tensor gradient;

    /** The rows, if they are sparse; else null. */
    private SparseMatrix sparse;

    /** If they are, about how many elements a row takes. */
    private long sparseElements;

    /** Of one row, in this batch. */
    private Shape shape;

    private Mask mask;

    /** Whether a reader writes the gradient in this backward pass, so that the next ones add. */
    private boolean written;

    Value(String name, Shape shape, boolean wantsGradient, Memory memory) {
      this.name = name;
      this.shape = shape;
      this.wantsGradient = wantsGradient;
      this.memory = memory;
    }

    /** Takes a ragged input's lengths; returns whether the shape is another one than before. */
    boolean pad(int[] lengths) {
      int steps = Math.max(network.minSteps(), Arrays.stream(lengths).max().orElse(1));
      boolean changed = shape.extent(0) != steps;
      shape = shape.with(0, steps);
      // Refuses what the mask would not fit either.
      batch(lengths.length);
      mask = Mask.ofLengths(lengths, steps);
      return changed;
    }

    /** Forgets what was made for batches of another shape. */
    void replan() {
      tensor = null;
      gradient = null;
    }

    Tensor tensor() {
      if (tensor == null) {
        tensor = memory.tensor(batch(rows));
      }
      return tensor;
    }

    /** A row's elements, those of a sparse one without those that are 0. */
    Tensor row(int index) {
      if (sparse == null) {
        return tensor().row(index);
      }
      float[] values = sparse.values(index);
      return values.length == 0 ? Tensor.zeros(1) : new Tensor(values, 0, Shape.of(values.length));
    }

    /** The elements that a row takes, as far as they are known before the first batch. */
    long memoryPerRow() {
      return sparse == null ? perRow() : sparseElements;
    }

    /** The shape of so many rows. */
    Shape batch(int rows) {
      if (perRow() * rows > Sizes.MAX) {
        throw new IllegalArgumentException(
            "%s: %s rows of shape %s at once have %s elements, more than %s: lower batchSize or set microBatchSize"
                .formatted(
                    name, Sizes.count(rows), shape, Sizes.count(perRow() * rows), Sizes.limit()));
      }
      return shape.batch(rows);
    }

    /** The elements of a row, as far as they are known before the first batch. */
    long perRow() {
      long size = 1;
      for (int axis = 0; axis < shape.rank(); axis++) {
        size *= Math.max(1, shape.extent(axis));
      }
      return size;
    }

    void reserveGradient() {
      if (hasWriter) {
        gradientMemory.reserve(batch(rows).size());
      }
    }

    Tensor gradient() {
      if (gradient == null) {
        reserveGradients();
        gradient = gradientMemory.tensor(batch(rows));
      }
      return gradient;
    }
  }

  /** One node at work: what its layer sees. */
  private final class Step implements Pass {
    private final String name;
    private final Layer layer;
    private final int number;
    private final List<Value> read;
    private final List<Slot> slots;
    private final Value result;
    private final boolean trainsStatistics;
    private final List<Memory> saved = new ArrayList<>();
    private final Views savedViews = new Views();
    private final Views scratchViews = new Views();
    private final Tensor[] gradients;

    /** For what this node adds to the gradients of inputs that it is not the first to write. */
    private final Memory[] addends;

    private final Views addendViews = new Views();
    private final Views wastedViews = new Views();

    /** The tensors of the last weights and the last gradient: both come anew with each batch. */
    private final Tensor[] weightViews;

    private final Tensor[] weightGradientViews;
    private Gradient viewedGradient;
    private Object plan;

    Step(Node part, int number, List<Value> read) {
      this.name = part.name();
      this.layer = part.layer();
      this.number = number;
      this.read = read;
      this.slots = network.slots(part);
      this.trainsStatistics =
          part.options().trainable()
              || slots.stream().allMatch(slot -> slot.weight().isTrainable());
      boolean wantsGradient =
          read.stream().anyMatch(value -> value.wantsGradient)
              || slots.stream().anyMatch(Slot::isTrained);
      Memory memory = layer.isView() ? read.get(0).memory : new Memory();
      this.result = new Value(part.name(), part.shape(), wantsGradient, memory);
      this.gradients = new Tensor[read.size()];
      this.addends = new Memory[read.size()];
      this.weightViews = new Tensor[slots.size()];
      this.weightGradientViews = new Tensor[slots.size()];
    }

    /** Forgets what was made for batches of another shape. */
    void replan() {
      result.replan();
      plan = null;
    }

    /** Takes memory for the gradients that this node writes, and frees what nobody needs then. */
    void takeGradients(List<Memory> free) {
      boolean passesOn = layer.passesGradientOn() && result != output;
      boolean isPassedOn = false;
      for (int i = 0; i < addends.length; i++) {
        Value value = read.get(i);
        if (!value.wantsGradient) {
          continue;
        }
        if (value.hasWriter) {
          addends[i] = take(free, value.perRow());
        } else if (value.gradientMemory == null && passesOn && !isPassedOn) {
          value.gradientMemory = result.gradientMemory;
          isPassedOn = true;
        } else if (value.gradientMemory == null) {
          value.gradientMemory = take(free, value.perRow());
        }
        value.hasWriter = true;
      }
      for (Memory addend : addends) {
        if (addend != null) {
          free.add(addend);
        }
      }
      if (!isPassedOn && result != output) {
        free.add(result.gradientMemory);
      }
    }

    void reserveGradients() {
      result.reserveGradient();
      for (int i = 0; i < addends.length; i++) {
        if (addends[i] != null) {
          addends[i].reserve(read.get(i).batch(rows).size());
        }
      }
    }

    /** Infers the result's shape from this batch's inputs. */
    void resolve() {
      List<Shape> shapes = read.stream().map(value -> value.shape).toList();
      try {
        result.shape = layer.outputShape(shapes);
        // Refuses a row that no array can hold.
        result.shape.size();
      } catch (IllegalArgumentException e) {
        throw explained(e);
      }
    }

    void forward() {
      try {
        result.mask = layer.outputMask(this);
        if (result.sparse != null) {
          result.sparse.clear();
        }
        if (!layer.isView()) {
          layer.forward(this);
        }
      } catch (IllegalArgumentException e) {
        throw explained(e);
      }
    }

    /** The attention weights of the last forward pass of an attention layer. */
    Tensor scores() {
      return ((Attentive) layer).scores(this);
    }

    private IllegalArgumentException explained(IllegalArgumentException e) {
      // A value has named its layer already.
      String prefix = e.getMessage().startsWith(name + ": ") ? "" : name + ": ";
      return new IllegalArgumentException(prefix + e.getMessage(), e);
    }

    void backward() {
      if (!result.wantsGradient || !result.written) {
        return;
      }
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = wantsInputGradient(i) ? nextGradient(i) : null;
      }
      if (!layer.isView()) {
        backwardOfLayer();
      } else if (wantsInputGradient(0)) {
        // Nothing moves where both have the same memory.
        Maths.copy(outputGradient().as(gradients[0].shape()), gradients[0]);
      }
      for (int i = 0; i < gradients.length; i++) {
        if (gradients[i] != null && gradients[i] != read.get(i).gradient()) {
          Maths.addScaled(1, gradients[i], read.get(i).gradient());
        }
      }
    }

    private void backwardOfLayer() {
      try {
        layer.backward(this);
      } catch (IllegalArgumentException e) {
        throw explained(e);
      }
    }

    /** Where to write this node's part of the gradient of an input. */
    private Tensor nextGradient(int index) {
      Value value = read.get(index);
      if (value.written) {
        return addendViews.of(addends[index], index, value.tensor().shape());
      }
      value.written = true;
      return value.gradient();
    }

    /** A frozen layer with statistics uses those, as in scoring. */
    @Override
    public boolean training() {
      return training && trainsStatistics;
    }

    @Override
    public int rows() {
      return rows;
    }

    @Override
    public int inputs() {
      return read.size();
    }

    @Override
    public Tensor input(int index) {
      return read.get(index).tensor();
    }

    @Override
    public SparseMatrix sparseInput(int index) {
      return read.get(index).sparse;
    }

    @Override
    public Tensor output() {
      return result.tensor();
    }

    @Override
    public SparseMatrix sparseOutput() {
      return result.sparse;
    }

    @Override
    public Tensor weight(int index) {
      Tensor view = weightViews[index];
      if (view == null || view.data() != weights) {
        view = slots.get(index).in(weights);
        weightViews[index] = view;
      }
      return view;
    }

    @Override
    public Tensor outputGradient() {
      return result.gradient();
    }

    @Override
    public boolean wantsInputGradient(int index) {
      return read.get(index).wantsGradient;
    }

    @Override
    public Tensor inputGradient(int index) {
      return gradients[index];
    }

    @Override
    public boolean hasFixedWeights() {
      return hasFixedWeights;
    }

    @Override
    public Mask mask(int index) {
      return read.get(index).mask;
    }

    @Override
    public boolean wantsWeightGradient(int index) {
      return slots.get(index).isTrained();
    }

    @Override
    public Tensor weightGradient(int index) {
      Slot slot = slots.get(index);
      if (!slot.options().trainable()) {
        return wastedViews.of(Memory.of(wasted, index), index, slot.weight().shape());
      }
      if (viewedGradient != gradient) {
        viewedGradient = gradient;
        Arrays.fill(weightGradientViews, null);
      }
      if (weightGradientViews[index] == null) {
        weightGradientViews[index] = gradient.of(slot);
      }
      return weightGradientViews[index];
    }

    @Override
    public SparseRows tableGradient(int index) {
      return gradient.table(slots.get(index));
    }

    @Override
    public Tensor saved(int slot, Shape shape) {
      return savedViews.of(Memory.of(saved, slot), slot, shape);
    }

    @Override
    public Tensor scratch(int slot, Shape shape) {
      return scratchViews.of(Memory.of(scratch, slot), slot, shape);
    }

    /** Typed by the layer, the only one that asks. */
    @Override
    @SuppressWarnings("unchecked")
    public <T> T plan(Function<Pass, T> maker) {
      if (plan == null) {
        plan = maker.apply(this);
      }
      return (T) plan;
    }

    @Override
    public Total addUp(ExactSums own) {
      long first = Arrays.stream(rowIds, 0, rows).min().orElseThrow();
      own.from(first);
      double[] totals = others == null ? own.totals() : others.addUp(own);
      return new Total(totals, totals[totals.length - 1] == first);
    }

    @Override
    public int randomKey(int row) {
      return (int) Randoms.key(Randoms.key(randomKey, number), rowIds[row]);
    }
  }
}
