package io.sparknn.graph;

import io.sparknn.graph.Graph.Node;
import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Randoms;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One thread's run of a {@link Network}: the memory for a batch's values and gradients, planned
 * once and reused while batches do not grow. Not thread-safe.
 *
 * <p>Use: {@link #start}, fill {@link #input}, {@link #forward}, read {@link #output}; to train,
 * write the loss' gradient to {@link #outputGradient} and call {@link #backward}.
 */
public final class Replica {

  private final Network network;
  private final List<Value> inputs = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final Value output;
  private final Map<Integer, Memory> scratch = new HashMap<>();

  private int rows;
  private float[] weights;
  private float[] gradient;
  private boolean training;
  private long randomKey;
  private long[] rowIds;

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
    Map<String, Value> values = new HashMap<>();
    network
        .graph()
        .inputs()
        .forEach(
            input -> {
              Value value = new Value(input.shape(), inputGradients, new Memory());
              inputs.add(value);
              values.put(input.name(), value);
            });
    for (Node node : network.graph().nodes()) {
      List<Value> read = node.inputs().stream().map(values::get).toList();
      Step step = new Step(node, steps.size(), read);
      steps.add(step);
      values.put(node.name(), step.result);
    }
    output = values.get(network.graph().output());
  }

  public Network network() {
    return network;
  }

  /** Begins a batch of {@code rows} rows to be scored. */
  public void start(int rows) {
    this.rows = rows;
    training = false;
  }

  /**
   * Begins a batch of rows to be trained on.
   *
   * @param key of all random choices in this iteration
   * @param rowIds the identity of each row; row {@code i} of the batch makes the random choices of
   *     {@code rowIds[i]}, wherever it is computed
   */
  public void startTraining(int rows, long key, long[] rowIds) {
    this.rows = rows;
    this.randomKey = key;
    this.rowIds = rowIds;
    training = true;
  }

  /** Where to write a raw input's rows. */
  public Tensor input(int index) {
    return inputs.get(index).tensor();
  }

  /** Computes every layer. */
  public void forward(float[] weights) {
    this.weights = weights;
    for (Step step : steps) {
      step.forward();
    }
  }

  /** The network's output for the batch, until the next one. */
  public Tensor output() {
    return output.tensor();
  }

  /** Where to write the gradient of the loss by the output. */
  public Tensor outputGradient() {
    return output.gradient();
  }

  /**
   * Computes the gradients of the batch of the last {@link #forward}, and adds those of the weights
   * to an array of the network's layout.
   */
  public void backward(float[] gradient) {
    this.gradient = gradient;
    inputs.forEach(value -> value.written = false);
    steps.forEach(step -> step.result.written = false);
    output.written = true;
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).backward();
    }
  }

  /** The gradient of a raw input, if this replica computes those. */
  public Tensor inputGradient(int index) {
    return inputs.get(index).gradient();
  }

  /** An array that grows and is reused. */
  private static final class Memory {
    private float[] data = {};
    private Tensor last;

    Tensor tensor(Shape shape) {
      if (last == null || !last.shape().equals(shape)) {
        int size = shape.size();
        if (data.length < size) {
          data = new float[size];
        }
        last = new Tensor(data, 0, shape);
      }
      return last;
    }
  }

  /** A raw input or a layer's result: its rows and their gradient. */
  private final class Value {
    private final Shape shape;
    private final boolean wantsGradient;
    private final Memory memory;
    private final Memory gradient = new Memory();

    /** Whether a reader writes the gradient in this backward pass, so that the next ones add. */
    private boolean written;

    Value(Shape shape, boolean wantsGradient, Memory memory) {
      this.shape = shape;
      this.wantsGradient = wantsGradient;
      this.memory = memory;
    }

    Tensor tensor() {
      return memory.tensor(shape.batch(rows));
    }

    Tensor gradient() {
      return gradient.tensor(shape.batch(rows));
    }
  }

  /** One node at work: what its layer sees. */
  private final class Step implements Pass {
    private final Layer layer;
    private final int number;
    private final List<Value> read;
    private final List<Slot> slots;
    private final Value result;
    private final Map<Integer, Memory> saved = new HashMap<>();
    private final Tensor[] gradients;

    /** What this node adds to the gradients of inputs that it is not the first to write. */
    private final Map<Integer, Memory> addends = new HashMap<>();

    Step(Node node, int number, List<Value> read) {
      this.layer = node.layer();
      this.number = number;
      this.read = read;
      this.slots = network.slots(node);
      boolean wantsGradient =
          read.stream().anyMatch(value -> value.wantsGradient)
              || slots.stream().anyMatch(slot -> slot.weight().trainable());
      Memory memory = layer.isView() ? read.get(0).memory : new Memory();
      this.result = new Value(node.shape(), wantsGradient, memory);
      this.gradients = new Tensor[read.size()];
    }

    void forward() {
      if (!layer.isView()) {
        layer.forward(this);
      }
    }

    void backward() {
      if (!result.wantsGradient || !result.written) {
        return;
      }
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = wantsInputGradient(i) ? nextGradient(i) : null;
      }
      if (!layer.isView()) {
        layer.backward(this);
      } else if (wantsInputGradient(0)) {
        Maths.copy(outputGradient().as(gradients[0].shape()), gradients[0]);
      }
      for (int i = 0; i < gradients.length; i++) {
        if (gradients[i] != null && gradients[i] != read.get(i).gradient()) {
          Maths.addScaled(1, gradients[i], read.get(i).gradient());
        }
      }
    }

    /** Where to write this node's part of the gradient of an input. */
    private Tensor nextGradient(int index) {
      Value value = read.get(index);
      if (value.written) {
        Memory addend = addends.computeIfAbsent(index, key -> new Memory());
        return addend.tensor(value.shape.batch(rows));
      }
      value.written = true;
      return value.gradient();
    }

    @Override
    public boolean training() {
      return training;
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
    public Tensor output() {
      return result.tensor();
    }

    @Override
    public Tensor weight(int index) {
      return slots.get(index).in(weights);
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
    public Tensor weightGradient(int index) {
      return slots.get(index).in(gradient);
    }

    @Override
    public Tensor saved(int slot, Shape shape) {
      return saved.computeIfAbsent(slot, key -> new Memory()).tensor(shape);
    }

    @Override
    public Tensor scratch(int slot, Shape shape) {
      return scratch.computeIfAbsent(slot, key -> new Memory()).tensor(shape);
    }

    @Override
    public int randomKey(int row) {
      return (int) Randoms.key(Randoms.key(randomKey, number), rowIds[row]);
    }
  }
}
