package io.sparknn.layer.recurrent;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Cells;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;

/**
 * Long short-term memory (Hochreiter and Schmidhuber, Neural Computation 1997) with forget gates
 * (Gers et al., Neural Computation 2000). At each step, from the states h' and c' before it (0
 * before the first), with i, f, g and o each from their own columns of the kernels, in this order:
 *
 * <pre>{@code
 * i, f, o = recurrentActivation(x kernel + h' recurrent_kernel + bias)
 * g       = activation(x kernel + h' recurrent_kernel + bias)
 * c       = f * c' + i * g
 * h       = o * activation(c)
 * }</pre>
 *
 * <p>Input {@code (steps, features)}, output {@code (units)}: h after the last step; or, if {@code
 * returnSequences}, {@code (steps, units)}: h after each step. Weights: {@code kernel (features, 4
 * units)}, {@code recurrent_kernel (units, 4 units)}, {@code bias (4 units)}, which with {@code
 * unitForgetBias} is first 1 for f, whatever the initialiser (Jozefowicz et al., ICML 2015).
 *
 * <p>Masks, {@code goBackwards} and dropout are those of {@link SimpleRNN}.
 */
public record LSTM(
    int units,
    ActivationFunction activation,
    ActivationFunction recurrentActivation,
    boolean useBias,
    boolean unitForgetBias,
    boolean returnSequences,
    boolean goBackwards,
    double dropout,
    double recurrentDropout,
    Initializer kernelInitializer,
    Initializer recurrentInitializer,
    Initializer biasInitializer)
    implements Recurrent {

  public LSTM {
    Recurrent.check(units, dropout, recurrentDropout);
  }

  @Override
  public int gates() {
    return 4;
  }

  @Override
  public Weight bias() {
    Initializer first =
        unitForgetBias ? biasInitializer.withOnes(units, 2 * units) : biasInitializer;
    return Weight.vector("bias", Shape.of(4 * units), first);
  }

  @Override
  public Cell cell(Pass pass) {
    return new Memory(pass);
  }

  private final class Memory extends Cell {
    private final Gate input = gate(recurrentActivation, false);
    private final Gate forget = gate(recurrentActivation, false);
    private final Gate candidate = gate(activation, false);
    private final Gate output = gate(recurrentActivation, false);
    private final State memory = state();
    private final Track activated = track();
    private final Tensor work = work();

    Memory(Pass pass) {
      super(LSTM.this, pass);
    }

    @Override
    void step(int position) {
      addProducts(input, position);
      addProducts(forget, position);
      addProducts(candidate, position);
      addProducts(output, position);
      Tensor c = memory.at(position + 1);
      Cells.lstm(
          input.output(position),
          forget.output(position),
          candidate.output(position),
          memory.at(position),
          c);
      activation.apply(c, activated.at(position));
      Maths.multiplyElements(
          output.output(position), activated.at(position), hidden.at(position + 1));
    }

    private void addProducts(Gate gate, int position) {
      sumInputs(gate, position);
      gate.recurrent().addProduct(read(position), gate.sum(position));
      gate.activate(position);
    }

    @Override
    void stepBack(int position) {
      Tensor dh = hidden.gradient();
      Maths.multiplyElements(dh, activated.at(position), output.gradient());
      Maths.multiplyElements(dh, output.output(position), work);
      activation.gradient(memory.at(position + 1), activated.at(position), work, work);
      Cells.lstmGradient(
          input.output(position),
          forget.output(position),
          candidate.output(position),
          memory.at(position),
          work,
          memory.gradient(),
          input.gradient(),
          forget.gradient(),
          candidate.gradient());
      input.differentiate(position);
      forget.differentiate(position);
      candidate.differentiate(position);
      output.differentiate(position);
      input.recurrent().multiplyBack(input.sumGradient(position), dh);
      forget.recurrent().addProductBack(forget.sumGradient(position), dh);
      candidate.recurrent().addProductBack(candidate.sumGradient(position), dh);
      output.recurrent().addProductBack(output.sumGradient(position), dh);
      drop(dh);
    }
  }
}
