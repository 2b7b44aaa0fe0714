package io.sparknn.layer.recurrent;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;

/**
 * Fully recurrent layer (Elman, Cognitive Science 1990): at each step {@code h = activation(x
 * kernel + h' recurrent_kernel + bias)}, where h' is the state before the step, 0 before the first.
 *
 * <p>Input {@code (steps, features)}, output {@code (units)}: the state after the last step; or, if
 * {@code returnSequences}, {@code (steps, units)}: the state after each step. Weights: {@code
 * kernel (features, units)}, {@code recurrent_kernel (units, units)}, {@code bias (units)}.
 *
 * <p>All recurrent layers skip steps that do not count: these leave the state alone, and have it as
 * their output. With {@code goBackwards} the steps are read from the last to the first, and the
 * state after reading a step is the output at that step: unlike in Keras, output sequences are not
 * reversed. In training, {@code dropout} and {@code recurrentDropout} are the probabilities with
 * which an element of the inputs, or of the state as the recurrent kernel reads it, is dropped: for
 * a row the same elements at all steps and for all gates (Gal and Ghahramani, NIPS 2016).
 */
public record SimpleRNN(
    int units,
    ActivationFunction activation,
    boolean useBias,
    boolean returnSequences,
    boolean goBackwards,
    double dropout,
    double recurrentDropout,
    Initializer kernelInitializer,
    Initializer recurrentInitializer,
    Initializer biasInitializer)
    implements Recurrent {

  public SimpleRNN {
    Recurrent.check(units, dropout, recurrentDropout);
  }

  @Override
  public int gates() {
    return 1;
  }

  @Override
  public Weight bias() {
    return Weight.vector("bias", Shape.of(units), biasInitializer);
  }

  @Override
  public Cell cell(Pass pass) {
    return new Simple(pass);
  }

  private final class Simple extends Cell {
    private final Gate gate;

    Simple(Pass pass) {
      super(SimpleRNN.this, pass);
      gate = gate(activation, false);
    }

    @Override
    void step(int position) {
      sumInputs(gate, position);
      gate.recurrent().addProduct(read(position), gate.sum(position));
      gate.activate(position);
      Maths.copy(gate.output(position), hidden.at(position + 1));
    }

    @Override
    void stepBack(int position) {
      Maths.copy(hidden.gradient(), gate.gradient());
      gate.differentiate(position);
      gate.recurrent().multiplyBack(gate.sumGradient(position), hidden.gradient());
      drop(hidden.gradient());
    }
  }
}
