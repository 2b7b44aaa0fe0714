package io.sparknn.layer.attention;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Attentive;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Additive attention (Bahdanau et al., ICLR 2015): {@code y = dropout(softmax(scores)) v}, where
 * query i and key j score {@code sum of scale * tanh(q_i + k_j)} over the features. With a Dense
 * before the query and one before the key it is the alignment model of the paper.
 *
 * <p>Inputs: the query {@code (queries, features)} and, if there are two, the value {@code (keys,
 * valueFeatures)}, and if there are three, the key {@code (keys, features)}. Without a key the
 * values are the keys; without a value the queries are both. Output {@code (queries,
 * valueFeatures)}. Weights: {@code scale (features)}, if used; else it is 1. Keys that do not count
 * get the weight 0; a query that sees no key gets 0.
 *
 * @param useScale whether the features' weights are trained
 * @param causal whether query i sees the keys 0 to i only
 * @param dropout the share of keys that each query overlooks in training
 */
public record AdditiveAttention(boolean useScale, boolean causal, double dropout)
    implements Layer, Attentive {

  private static final int SCALE = 0;

  /** Checks the configuration. */
  public AdditiveAttention {
    Inputs.checkRate("dropout", dropout);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Role.comparable(inputs).with(-1, Role.VALUE.of(inputs).last());
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape features = Shape.of(Role.QUERY.of(inputs).last());
    return useScale
        ? List.of(Weight.vector("scale", features, Initializer.GLOROT_UNIFORM))
        : List.of();
  }

  @Override
  public long savedElements(List<Shape> inputs) {
    return Role.scores(inputs);
  }

  @Override
  public void forward(Pass pass) {
    weighing(pass).forward(sums(pass)::scores, Role.VALUE.heads(pass), new Heads(pass.output(), 1));
  }

  @Override
  public void backward(Pass pass) {
    Heads query = Role.QUERY.gradientHeads(pass);
    Heads key = Role.KEY.gradientHeads(pass);
    Heads value = Role.VALUE.gradientHeads(pass);
    Tensor scale = useScale ? pass.weightGradient(SCALE) : null;
    TanhOfSum sums = sums(pass);
    Maths.fill(query.tensor(), 0);
    Maths.fill(key.tensor(), 0);
    weighing(pass)
        .backward(
            Role.VALUE.heads(pass),
            new Heads(pass.outputGradient(), 1),
            value,
            (block, beta) -> sums.addGradients(block, query, key, scale));
    Role.QUERY.putGradient(pass, query.tensor());
    Role.KEY.putGradient(pass, key.tensor());
    Role.VALUE.putGradient(pass, value.tensor());
  }

  @Override
  public Tensor scores(Pass pass) {
    return weighing(pass).weightsOfOne(sums(pass)::scores);
  }

  private Weighing weighing(Pass pass) {
    return pass.plan(planned -> new Weighing(planned, 1, causal, dropout));
  }

  private TanhOfSum sums(Pass pass) {
    return new TanhOfSum(pass, Role.QUERY.heads(pass), Role.KEY.heads(pass), scale(pass));
  }

  private Tensor scale(Pass pass) {
    if (useScale) {
      return pass.weight(SCALE);
    }
    Tensor ones = pass.scratch(Slots.SCALE, Shape.of(Role.QUERY.of(pass).columns()));
    Maths.fill(ones, 1);
    return ones;
  }
}
