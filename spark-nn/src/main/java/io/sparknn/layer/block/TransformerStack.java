package io.sparknn.layer.block;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Composite;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.attention.MultiHeadAttention;
import io.sparknn.layer.core.Dense;
import io.sparknn.layer.merge.Add;
import io.sparknn.layer.norm.LayerNormalization;
import io.sparknn.layer.regularization.Dropout;
import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** What {@link TransformerEncoder} and {@link TransformerDecoder} share: their parts. */
interface TransformerStack extends Composite {

  int layers();

  int heads();

  int keyValueHeads();

  int feedForwardSize();

  ActivationFunction activation();

  double dropout();

  boolean normFirst();

  boolean causal();

  boolean rotary();

  boolean finalNorm();

  double epsilon();

  Initializer kernelInitializer();

  Initializer biasInitializer();

  /** Checks a configuration. */
  static void check(
      int layers,
      int heads,
      int keyValueHeads,
      int feedForwardSize,
      double dropout,
      double epsilon) {
    Inputs.checkPositive("layers", layers);
    MultiHeadAttention.checkHeads(heads, keyValueHeads);
    Inputs.checkPositive("feedForwardSize", feedForwardSize);
    Inputs.checkRate("dropout", dropout);
    Inputs.checkPositive("epsilon", epsilon);
  }

  /** The first input's shape, which is the output's. */
  default Shape stackShape(List<Shape> inputs) {
    inputs.forEach(input -> Inputs.one(List.of(input), 2, "(steps, features)"));
    Shape shape = inputs.get(0);
    if (shape.last() == Shape.UNKNOWN) {
      return shape;
    }
    if (shape.last() % (rotary() ? 2L * heads() : heads()) != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expects features that %d heads share evenly%s; received %s: set another number of heads",
              heads(),
              rotary() ? ", in pairs for rotary positions" : "",
              shape));
    }
    return Composite.super.outputShape(inputs);
  }

  @Override
  default Wire wire(Wiring wiring, List<Wire> inputs) {
    Wire x = inputs.get(0);
    int features = x.shape().last();
    for (int i = 0; i < layers(); i++) {
      String attention = i + "/attention";
      String cross = i + "/cross_attention";
      String feedForward = i + "/feed_forward";
      Layer self = attention(features, causal(), rotary());
      x = residual(wiring, attention, x, read -> wiring.apply(attention, self, read));
      if (inputs.size() > 1) {
        Layer other = attention(features, false, false);
        x = residual(wiring, cross, x, read -> wiring.apply(cross, other, read, inputs.get(1)));
      }
      x = residual(wiring, feedForward, x, read -> feedForward(wiring, feedForward, read));
    }
    return finalNorm() ? norm(wiring, "norm", x) : x;
  }

  /** {@code x + dropout(function(x))}, normalised after the sum or before the function. */
  private Wire residual(Wiring wiring, String part, Wire x, UnaryOperator<Wire> function) {
    String norm = part + "_norm";
    Wire y = function.apply(normFirst() ? norm(wiring, norm, x) : x);
    Wire sum = wiring.apply(part + "_add", new Add(), x, drop(wiring, part + "_dropout", y));
    return normFirst() ? sum : norm(wiring, norm, sum);
  }

  private Wire feedForward(Wiring wiring, String part, Wire x) {
    Wire hidden = wiring.apply(part, dense(feedForwardSize(), activation()), x);
    Wire kept = drop(wiring, part + "_hidden_dropout", hidden);
    Layer output = dense(x.shape().last(), ActivationFunction.LINEAR);
    return wiring.apply(part + "_output", output, kept);
  }

  private Wire norm(Wiring wiring, String part, Wire x) {
    return wiring.apply(part, new LayerNormalization(epsilon(), true, true), x);
  }

  private Wire drop(Wiring wiring, String part, Wire x) {
    return dropout() == 0 ? x : wiring.apply(part, new Dropout(dropout()), x);
  }

  private Layer attention(int features, boolean causal, boolean rotary) {
    return new MultiHeadAttention(
        heads(),
        keyValueHeads(),
        features / heads(),
        0,
        0,
        true,
        causal,
        dropout(),
        rotary,
        kernelInitializer(),
        biasInitializer());
  }

  private Layer dense(int units, ActivationFunction activation) {
    return new Dense(units, activation, true, kernelInitializer(), biasInitializer());
  }
}
