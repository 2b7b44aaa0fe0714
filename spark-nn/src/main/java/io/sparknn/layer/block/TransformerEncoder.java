package io.sparknn.layer.block;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Inputs;
import io.sparknn.tensor.Shape;
import java.util.List;

/**
 * A stack of transformer encoder layers (Vaswani et al., NeurIPS 2017), each {@code x = norm(x +
 * attention(x)); x = norm(x + dense(activation(dense(x))))}.
 *
 * <p>Input and output {@code (steps, features)}, whose features the heads share evenly. Parts of
 * layer i: {@code i/attention}, {@code i/attention_norm}, {@code i/feed_forward}, {@code
 * i/feed_forward_output}, {@code i/feed_forward_norm}; and {@code norm} for the final one.
 *
 * @param keyValueHeads how many heads keys and values have, if fewer than queries; 0 for as many
 * @param feedForwardSize the units of each feed-forward layer's hidden layer
 * @param activation of that hidden layer
 * @param dropout the share dropped of each part's result, of the hidden layer and of the attention
 * @param normFirst whether each part reads normalised values (Xiong et al., ICML 2020), instead of
 *     normalising the sum
 * @param causal whether step i sees the steps 0 to i only
 * @param rotary whether attention tells positions by rotary angles
 * @param finalNorm whether the output is normalised once more, as {@code normFirst} asks for
 * @param epsilon of the normalisations
 */
public record TransformerEncoder(
    int layers,
    int heads,
    int keyValueHeads,
    int feedForwardSize,
    ActivationFunction activation,
    double dropout,
    boolean normFirst,
    boolean causal,
    boolean rotary,
    boolean finalNorm,
    double epsilon,
    Initializer kernelInitializer,
    Initializer biasInitializer)
    implements TransformerStack {

  /** Checks the configuration. */
  public TransformerEncoder {
    TransformerStack.check(layers, heads, keyValueHeads, feedForwardSize, dropout, epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.one(inputs);
    return stackShape(inputs);
  }
}
