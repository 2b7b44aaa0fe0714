package io.sparknn.layer.attention;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Attentive;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Steps;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Attention by scalar products (Luong et al., EMNLP 2015; Vaswani et al., NeurIPS 2017): {@code y =
 * dropout(softmax(scale q k')) v}, without heads.
 *
 * <p>Inputs: the query {@code (queries, features)} and, if there are two, the value {@code (keys,
 * valueFeatures)}, and if there are three, the key {@code (keys, features)}. Without a key the
 * values are the keys; without a value the queries are both. Output {@code (queries,
 * valueFeatures)}. Weights: {@code scale (1)}, if used. Keys that do not count get the weight 0; a
 * query that sees no key gets 0.
 *
 * @param useScale whether the scores are multiplied by a trained number
 * @param causal whether query i sees the keys 0 to i only
 * @param dropout the share of keys that each query overlooks in training
 */
public record Attention(ScoreMode scoreMode, boolean useScale, boolean causal, double dropout)
    implements Layer, Attentive {

  private static final int SCALE = 0;

  /** Checks the configuration. */
  public Attention {
    Inputs.checkRate("dropout", dropout);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Role.comparable(inputs).with(-1, Role.VALUE.of(inputs).last());
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    return useScale ? List.of(Weight.vector("scale", Shape.of(1), Initializer.ONES)) : List.of();
  }

  @Override
  public long savedElements(List<Shape> inputs) {
    return Role.scores(inputs);
  }

  @Override
  public void forward(Pass pass) {
    DotProduct product = product(pass, scale(pass));
    weighing(pass).forward(product::scores, Role.VALUE.heads(pass), new Heads(pass.output(), 1));
  }

  /** The queries' and keys' gradients are computed without the scale, whose own needs that. */
  @Override
  public void backward(Pass pass) {
    Heads query = Role.QUERY.gradientHeads(pass);
    Heads key = Role.KEY.gradientHeads(pass);
    Heads value = Role.VALUE.gradientHeads(pass);
    DotProduct product = product(pass, 1);
    weighing(pass)
        .backward(
            Role.VALUE.heads(pass),
            new Heads(pass.outputGradient(), 1),
            value,
            (block, beta) -> product.gradients(block, query, key, beta));
    Steps.clear(query.tensor(), pass.mask());
    Steps.clear(key.tensor(), Role.keyMask(pass));
    if (useScale) {
      Tensor gradient = pass.weightGradient(SCALE);
      gradient.data()[gradient.offset()] += (float) Maths.dot(Role.QUERY.of(pass), query.tensor());
      Maths.scale(scale(pass), query.tensor(), query.tensor());
      Maths.scale(scale(pass), key.tensor(), key.tensor());
    }
    Role.QUERY.putGradient(pass, query.tensor());
    Role.KEY.putGradient(pass, key.tensor());
    Role.VALUE.putGradient(pass, value.tensor());
  }

  @Override
  public Tensor scores(Pass pass) {
    return weighing(pass).weightsOfOne(product(pass, scale(pass))::scores);
  }

  private Weighing weighing(Pass pass) {
    return pass.plan(planned -> new Weighing(planned, 1, causal, dropout));
  }

  private DotProduct product(Pass pass, float scale) {
    Heads queries = Role.QUERY.heads(pass);
    float factor = scoreMode.factor(queries.size());
    return new DotProduct(queries, Role.KEY.heads(pass), scale * factor);
  }

  private float scale(Pass pass) {
    Tensor scale = useScale ? pass.weight(SCALE) : null;
    return scale == null ? 1 : scale.data()[scale.offset()];
  }
}
