package io.sparknn.benchmark;

import io.sparknn.graph.Network;
import io.sparknn.graph.Network.Slot;
import io.sparknn.layer.Weight.Role;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network in libtorch, from the same first weights as ours, in the fastest way that we know:
 * autograd in C++, channels-last convolutions, one fused kernel each for recurrent layers,
 * attention and the optimiser.
 */
final class Libtorch implements Contender {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Workload workload;
  private final int rows;
  private final Tensor inputs;
  private final Tensor labels;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final Set<String> constants = new HashSet<>();
  private final TensorVector trained = new TensorVector();
  private final TensorVector means = new TensorVector();
  private final TensorVector squares = new TensorVector();
  private final TensorVector steps = new TensorVector();
  private final TensorVector none = new TensorVector();
  private final OperatorHandle adam =
      Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adam_", "");
  private final OperatorHandle add =
      Dispatcher.singleton().findSchemaOrThrow("aten::_foreach_add_", "Scalar");
  private double dropout;

  Libtorch(Workload workload, Network network, Batch batch, double dropout, int threads) {
    this.workload = workload;
    this.rows = batch.rows();
    this.dropout = dropout;
    torch.set_num_threads(threads);
    float[] first = network.initialWeights(Batch.SEED);
    for (Slot slot : network.slots()) {
      weights.put(slot.name(), converted(slot, first));
      if (slot.weight().role() == Role.STATISTIC) {
        constants.add(slot.name());
      }
    }
    workload.prepare(this);
    weights.forEach(
        (name, weight) -> {
          if (!constants.contains(name)) {
            weight.set_requires_grad(true);
            trained.push_back(weight);
            means.push_back(torch.zeros_like(weight));
            squares.push_back(torch.zeros_like(weight));
            steps.push_back(torch.zeros());
          }
        });
    long[] extents = extents(batch.shape().batch(rows).extents());
    Tensor x = tensor(batch.inputs(), extents);
    inputs = workload.vocabulary() == 0 ? x : x.to(ScalarType.Long);
    labels = tensor(batch.labels(), batch.labels().length).to(ScalarType.Long);
  }

  /** Kernels with outputs first, as libtorch has them; others as they are. */
  private static Tensor converted(Slot slot, float[] flat) {
    io.sparknn.tensor.Tensor weight = slot.in(flat);
    float[] values = Arrays.copyOfRange(flat, weight.offset(), weight.offset() + weight.size());
    Tensor tensor = tensor(values, extents(weight.shape().extents()));
    if (slot.weight().role() != Role.KERNEL) {
      return tensor;
    }
    return weight.shape().rank() == 4
        ? tensor.permute(3, 2, 0, 1).contiguous(MemoryFormat.ChannelsLast)
        : tensor.t().contiguous();
  }

  private static long[] extents(int[] extents) {
    return Arrays.stream(extents).asLongStream().toArray();
  }

  private static Tensor tensor(float[] values, long... extents) {
    return torch.from_blob(new FloatPointer(values), extents).clone();
  }

  // What workloads build of it

  double dropout() {
    return dropout;
  }

  Tensor weight(String name) {
    return weights.get(name);
  }

  /** Replaces weights by others under one name. */
  void replace(List<String> old, String name, Tensor replacement) {
    old.forEach(weights::remove);
    weights.put(name, replacement);
  }

  /** Adds a weight that is not trained. */
  void constant(String name, Tensor value) {
    weights.put(name, value);
    constants.add(name);
  }

  /** The parts of a weight's first axis, in another order. */
  void reorder(String name, int... order) {
    TensorVector parts = weights.get(name).chunk(order.length, 0);
    weights.put(name, concatenated(Arrays.stream(order).mapToObj(parts::get).toList()));
  }

  static Tensor concatenated(List<Tensor> parts) {
    return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0).contiguous();
  }

  Tensor dense(Tensor x, String layer) {
    return linear(x, layer + "/kernel", layer + "/bias");
  }

  Tensor linear(Tensor x, String kernel, String bias) {
    return torch.linear(x, weight(kernel), new TensorOptional(weight(bias)));
  }

  Tensor convolution(Tensor x, String layer, boolean bias, long stride, long padding) {
    return torch.conv2d(
        x,
        weight(layer + "/kernel"),
        bias ? new TensorOptional(weight(layer + "/bias")) : new TensorOptional(),
        new long[] {stride, stride},
        new long[] {padding, padding},
        new long[] {1, 1},
        1);
  }

  Tensor batchNormalization(Tensor x, String layer, boolean training) {
    return torch.batch_norm(
        x,
        new TensorOptional(weight(layer + "/gamma")),
        new TensorOptional(weight(layer + "/beta")),
        new TensorOptional(weight(layer + "/moving_mean")),
        new TensorOptional(weight(layer + "/moving_variance")),
        training,
        0.1,
        Workload.EPSILON,
        true);
  }

  Tensor layerNormalization(Tensor x, String layer, long features) {
    return torch.layer_norm(
        x,
        new long[] {features},
        new TensorOptional(weight(layer + "/gamma")),
        new TensorOptional(weight(layer + "/beta")),
        Workload.EPSILON,
        true);
  }

  Tensor maxPooling(Tensor x) {
    long[] two = {2, 2};
    return torch.max_pool2d(x, two, two, new long[] {0, 0}, new long[] {1, 1}, false);
  }

  Tensor dropped(Tensor x, boolean training) {
    return training && dropout > 0 ? torch.dropout(x, dropout, true) : x;
  }

  /** Zeros before and after the last axes, the last one first. */
  static Tensor padded(Tensor x, long... margins) {
    return torch.constant_pad_nd(x, margins);
  }

  /** The mean over axes. */
  static Tensor mean(Tensor x, long... axes) {
    return x.mean(axes, false, new ScalarTypeOptional());
  }

  Tensor lstm(Tensor x, long units, TensorVector parameters, boolean training) {
    Tensor zeros = torch.zeros(1, rows, units);
    TensorVector states = new TensorVector(zeros, zeros);
    T_TensorTensorTensor_T result =
        torch.lstm(x, states, parameters, true, 1, 0, training, false, true);
    return result.get1().select(0, 0);
  }

  Tensor gru(Tensor x, long units, TensorVector parameters, boolean training) {
    Tensor zeros = torch.zeros(1, rows, units);
    T_TensorTensor_T result = torch.gru(x, zeros, parameters, true, 1, 0, training, false, true);
    return result.get1().select(0, 0);
  }

  /** Joins the kernels of query, key and value, which libtorch multiplies at once. */
  void joinAttention(String layer) {
    for (String kind : List.of("kernel", "bias")) {
      List<String> names =
          List.of("query_", "key_", "value_").stream().map(r -> layer + "/" + r + kind).toList();
      Tensor joined = concatenated(names.stream().map(this::weight).toList());
      replace(names, layer + "/joined_" + kind, joined);
    }
  }

  Tensor attention(Tensor x, String layer, long heads, boolean causal, boolean training) {
    long steps = x.size(1);
    long features = x.size(2);
    Tensor joined = linear(x, layer + "/joined_kernel", layer + "/joined_bias");
    Tensor roles = joined.view(rows, steps, 3, heads, features / heads).permute(2, 0, 3, 1, 4);
    Tensor y =
        torch.scaled_dot_product_attention(
            roles.select(0, 0),
            roles.select(0, 1),
            roles.select(0, 2),
            new TensorOptional(),
            training ? dropout : 0,
            causal,
            new DoubleOptional(),
            false);
    Tensor together = y.transpose(1, 2).reshape(rows, steps, features);
    return linear(together, layer + "/output_kernel", layer + "/output_bias");
  }

  /** The mean of embeddings, gathered and averaged at once. */
  Tensor meanEmbedding(Tensor ids, String table) {
    long count = ids.size(1);
    Tensor offsets = torch.arange(new Scalar(0), new Scalar(rows * count), new Scalar(count));
    T_TensorTensorTensorTensor_T bags =
        torch.embedding_bag(
            weight(table),
            ids.flatten(),
            offsets.to(ScalarType.Long),
            false,
            1,
            false,
            new TensorOptional(),
            false);
    return bags.get0();
  }

  // The contest

  @Override
  public String name() {
    return "libtorch";
  }

  private Tensor forward(boolean training) {
    return workload.forward(this, inputs, training);
  }

  private Tensor lossOf(Tensor logits) {
    return torch.cross_entropy_loss(logits.view(-1, workload.classes()), labels);
  }

  @Override
  public double loss() {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return lossOf(forward(false)).item_float();
    }
  }

  @Override
  public double trainStep() {
    try (PointerScope scope = new PointerScope()) {
      Tensor loss = lossOf(forward(true));
      for (long i = 0; i < trained.size(); i++) {
        trained.get(i).mutable_grad().reset();
      }
      loss.backward();
      try (NoGradGuard guard = new NoGradGuard()) {
        optimize();
      }
      return loss.item_float();
    }
  }

  private void optimize() {
    TensorVector gradients = new TensorVector();
    for (long i = 0; i < trained.size(); i++) {
      gradients.push_back(trained.get(i).grad());
    }
    add.callBoxed(new IValueVector(list(steps), new IValue(new Scalar(1))));
    adam.callBoxed(
        new IValueVector(
            list(trained),
            list(gradients),
            list(means),
            list(squares),
            list(none),
            list(steps),
            new IValue(Batch.STEP_SIZE),
            new IValue(BETA1),
            new IValue(BETA2),
            new IValue(0.0),
            new IValue(EPSILON),
            new IValue(false),
            new IValue(false),
            new IValue(),
            new IValue()));
  }

  private static IValue list(TensorVector tensors) {
    // A list of tensors is laid out as one of any values.
    return new IValue(new GenericList((Pointer) new TensorList(tensors)));
  }

  private void score() {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      forward(false);
    }
  }

  @Override
  public double run(Phase phase, double seconds) {
    return rows * phase.rate(seconds, this::trainStep, this::score);
  }

  @Override
  public void close() {
    weights.values().forEach(Tensor::close);
  }
}
