package io.sparknn.layer.attention;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Attentive;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Product;
import io.sparknn.layer.Steps;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Multi-head attention (Vaswani et al., NeurIPS 2017): with {@code q = query query_kernel +
 * query_bias} and k and v likewise, each head computes {@code dropout(softmax(q k' /
 * sqrt(keySize))) v} on its features of q, k and v; {@code y = heads output_kernel + output_bias}.
 *
 * <p>Inputs: the query {@code (queries, features)} and, if there are two, the value {@code (keys,
 * ...)}, and if there are three, the key {@code (keys, ...)}. Without a key the values are the
 * keys; without a value the queries are both. Output {@code (queries, outputSize)}. Weights: {@code
 * query_kernel (in, heads * keySize)}, {@code key_kernel (in, keyValueHeads * keySize)}, {@code
 * value_kernel (in, keyValueHeads * valueSize)}, {@code output_kernel (heads * valueSize,
 * outputSize)}, and a bias for each if used. Keys that do not count get the weight 0; a query that
 * sees no key gets the output's bias.
 *
 * @param keyValueHeads how many heads keys and values have: fewer than queries in grouped-query
 *     attention (Ainslie et al., EMNLP 2023), where each serves as many heads; 0 for as many
 * @param valueSize the features of a head's values; 0 for {@code keySize}
 * @param outputSize the features of the output; 0 for as many as the query has
 * @param causal whether query i sees the keys 0 to i only
 * @param dropout the share of keys that each query overlooks in training
 * @param rotary whether q and k turn by angles that tell positions (Su et al., "RoFormer", 2021)
 */
public record MultiHeadAttention(
    int heads,
    int keyValueHeads,
    int keySize,
    int valueSize,
    int outputSize,
    boolean useBias,
    boolean causal,
    double dropout,
    boolean rotary,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements Layer, Attentive {

  /** The weights of what roles read come first, in their order. */
  private static final Role[] ROLES = Role.values();

  private static final int OUTPUT = ROLES.length;

  private static final int BIASES = OUTPUT + 1;

  /** Checks the configuration. */
  public MultiHeadAttention {
    checkHeads(heads, keyValueHeads);
    Inputs.checkPositive("keySize", keySize);
    checkNotNegative("valueSize", valueSize);
    checkNotNegative("outputSize", outputSize);
    Inputs.checkRate("dropout", dropout);
    if (rotary && keySize % 2 != 0) {
      throw new IllegalArgumentException(
          "keySize must be even for rotary positions; received " + keySize);
    }
  }

  /** Checks that heads can share {@code keyValueHeads} evenly. */
  public static void checkHeads(int heads, int keyValueHeads) {
    Inputs.checkPositive("heads", heads);
    checkNotNegative("keyValueHeads", keyValueHeads);
    if (keyValueHeads > 0 && heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "heads must be a multiple of keyValueHeads; received %d and %d",
              heads,
              keyValueHeads));
    }
  }

  private static void checkNotNegative(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must be at least 0; received " + value);
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape query = Role.checked(inputs);
    return query.with(-1, outputSize == 0 ? query.last() : outputSize);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    List<Weight> weights = new ArrayList<>();
    for (Role role : Role.values()) {
      Shape kernel = Shape.of(role.of(inputs).last(), width(headsOf(role), sizeOf(role)));
      weights.add(Weight.kernel(role + "_kernel", kernel, kernelInitializer));
    }
    Shape kernel = Shape.of(width(heads, sizeOf(Role.VALUE)), outputShape(inputs).last());
    weights.add(Weight.kernel("output_kernel", kernel, kernelInitializer));
    if (useBias) {
      for (Weight each : List.copyOf(weights)) {
        String name = each.name().replace("kernel", "bias");
        weights.add(Weight.vector(name, Shape.of(each.shape().last()), biasInitializer));
      }
    }
    return weights;
  }

  private static int width(int heads, int size) {
    return Sizes.extent((long) heads * size, "numHeads times keyDim or valueDim");
  }

  @Override
  public long savedElements(List<Shape> inputs) {
    return heads * Role.scores(inputs);
  }

  /** The scores, what each role reads times its kernel, and what the output's kernel reads. */
  @Override
  public long trainingElements(List<Shape> inputs) {
    long elements = savedElements(inputs);
    for (Role role : Role.values()) {
      elements += (long) role.of(inputs).extent(0) * headsOf(role) * sizeOf(role);
    }
    return elements + (long) Role.QUERY.of(inputs).extent(0) * heads * sizeOf(Role.VALUE);
  }

  @Override
  public void forward(Pass pass) {
    Plan plan = pass.plan(this::plan);
    for (Role role : ROLES) {
      Heads projected = projected(pass, role);
      plan.multiply(
          pass, role.ordinal(), role.of(pass), bias(pass, role.ordinal()), projected.tensor());
      if (turns(role)) {
        Rotary.turn(pass, projected, 1);
      }
    }
    Heads joined = joined(pass);
    plan.weighing.forward(product(pass)::scores, projected(pass, Role.VALUE), joined);
    plan.multiply(pass, OUTPUT, joined.tensor(), bias(pass, OUTPUT), pass.output());
  }

  @Override
  public void backward(Pass pass) {
    addGradients(pass, OUTPUT, joined(pass).tensor(), pass.outputGradient());
    Tensor dy = pass.scratch(Slots.OUTPUT, joined(pass).tensor().shape());
    Maths.multiply(pass.outputGradient(), false, pass.weight(OUTPUT), true, dy, 0);

    Heads query = gradient(pass, Role.QUERY);
    Heads key = gradient(pass, Role.KEY);
    DotProduct product = product(pass);
    pass.plan(this::plan)
        .weighing
        .backward(
            projected(pass, Role.VALUE),
            new Heads(dy, heads),
            gradient(pass, Role.VALUE),
            (block, beta) -> product.gradients(block, query, key, beta));
    Steps.clear(query.tensor(), pass.mask());
    Steps.clear(key.tensor(), Role.keyMask(pass));

    for (Role role : ROLES) {
      Heads gradient = gradient(pass, role);
      if (turns(role)) {
        Rotary.turn(pass, gradient, -1);
      }
      addGradients(pass, role.ordinal(), role.of(pass), gradient.tensor());
      if (role.wantsGradient(pass)) {
        Maths.multiply(
            gradient.tensor(),
            false,
            pass.weight(role.ordinal()),
            true,
            role.gradient(pass),
            role.beta(pass));
      }
    }
  }

  /** The bias that belongs to a kernel; null if there is none. */
  private Tensor bias(Pass pass, int kernel) {
    return useBias ? pass.weight(BIASES + kernel) : null;
  }

  /** Adds the gradients of a kernel that multiplied x, and of its bias. */
  private void addGradients(Pass pass, int kernel, Tensor x, Tensor gradient) {
    if (pass.wantsWeightGradient(kernel)) {
      Maths.multiply(x, true, gradient, false, pass.weightGradient(kernel), 1);
      if (useBias) {
        Maths.sumRows(gradient, pass.weightGradient(BIASES + kernel));
      }
    }
  }

  @Override
  public Tensor scores(Pass pass) {
    return pass.plan(this::plan).weighing.weights(product(pass)::scores);
  }

  private Plan plan(Pass pass) {
    List<Product> products = new ArrayList<>();
    for (Role role : ROLES) {
      products.add(new Product(pass, role.ordinal(), role.of(pass).rows(), Slots.KERNEL));
    }
    products.add(new Product(pass, OUTPUT, Role.QUERY.of(pass).rows(), Slots.KERNEL));
    return new Plan(new Weighing(pass, heads, causal, dropout), products);
  }

  /**
   * What is prepared for batches of one shape.
   *
   * @param products with the kernels, in their order
   */
  private record Plan(Weighing weighing, List<Product> products) {
    /** y = x times a kernel + bias. */
    void multiply(Pass pass, int kernel, Tensor x, Tensor bias, Tensor y) {
      products.get(kernel).multiply(pass, x, bias, y);
    }
  }

  private DotProduct product(Pass pass) {
    float factor = ScoreMode.SCALED_DOT.factor(keySize);
    return new DotProduct(projected(pass, Role.QUERY), projected(pass, Role.KEY), factor);
  }

  /** What a role reads, times its kernel. */
  private Heads projected(Pass pass, Role role) {
    return new Heads(pass.saved(Slots.of(role), projectedShape(pass, role)), headsOf(role));
  }

  /** The gradient of {@link #projected}. */
  private Heads gradient(Pass pass, Role role) {
    return new Heads(pass.scratch(Slots.of(role), projectedShape(pass, role)), headsOf(role));
  }

  private Shape projectedShape(Pass pass, Role role) {
    return role.of(pass).shape().with(-1, headsOf(role) * sizeOf(role));
  }

  /** What all heads compute, before the output's kernel. */
  private Heads joined(Pass pass) {
    Shape shape = Role.QUERY.of(pass).shape().with(-1, heads * sizeOf(Role.VALUE));
    return new Heads(pass.saved(Slots.OUTPUT, shape), heads);
  }

  private boolean turns(Role role) {
    return rotary && role != Role.VALUE;
  }

  private int headsOf(Role role) {
    return role == Role.QUERY || keyValueHeads == 0 ? heads : keyValueHeads;
  }

  private int sizeOf(Role role) {
    return role != Role.VALUE || valueSize == 0 ? keySize : valueSize;
  }
}
