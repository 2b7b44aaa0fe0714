package io.sparknn.layer.recurrent;

import io.sparknn.activation.ActivationFunction;
import io.sparknn.init.Initializer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Gated recurrent unit (Cho et al., EMNLP 2014). At each step, from the state h' before it (0
 * before the first), with z, r and g each from their own columns of the kernels, in this order:
 *
 * <pre>{@code
 * z, r = recurrentActivation(x kernel + h' recurrent_kernel + bias)
 * g    = activation(x kernel + (r * h') recurrent_kernel + bias)   // resetAfter false
 * g    = activation(x kernel + bias1 + r * (h' recurrent_kernel + bias2))   // resetAfter true
 * h    = z * h' + (1 - z) * g
 * }</pre>
 *
 * <p>{@code resetAfter} false is the paper's first version; true is its second, which cuDNN and
 * PyTorch compute.
 *
 * <p>Input {@code (steps, features)}, output {@code (units)}: h after the last step; or, if {@code
 * returnSequences}, {@code (steps, units)}: h after each step. Weights: {@code kernel (features, 3
 * units)}, {@code recurrent_kernel (units, 3 units)}, {@code bias (3 units)}, or, if {@code
 * resetAfter}, {@code bias (2, 3 units)}: a row for each kernel.
 *
 * <p>Masks, {@code goBackwards} and dropout are those of {@link SimpleRNN}.
 */
public record GRU(
    int units,
    ActivationFunction activation,
    ActivationFunction recurrentActivation,
    boolean useBias,
    boolean resetAfter,
    boolean returnSequences,
    boolean goBackwards,
    double dropout,
    double recurrentDropout,
    Initializer kernelInitializer,
    Initializer recurrentInitializer,
    Initializer biasInitializer)
    implements Recurrent {

  public GRU {
    Recurrent.check(units, dropout, recurrentDropout);
  }

  @Override
  public int gates() {
    return 3;
  }

  @Override
  public Weight bias() {
    Shape shape = resetAfter ? Shape.of(2, 3 * units) : Shape.of(3 * units);
    return Weight.vector("bias", shape, biasInitializer);
  }

  @Override
  public Cell cell(Pass pass) {
    return new Gated(pass);
  }

  private final class Gated extends Cell {
    private final Gate update = gate(recurrentActivation, resetAfter);
    private final Gate reset = gate(recurrentActivation, resetAfter);
    private final Gate candidate = gate(activation, resetAfter);

    /** What the reset gate multiplies, if it comes after the recurrent kernel; else the product. */
    private final Track inner = track();

    private final int innerGradients = gradientSlot();
    private final Tensor readGradient = work();
    private final Tensor work = work();

    Gated(Pass pass) {
      super(GRU.this, pass);
    }

    @Override
    void step(int position) {
      for (Gate gate : List.of(update, reset)) {
        gate.recurrent().multiply(read(position), 1, gate.sums().at(position));
        gate.activate(position);
      }
      addState(position);
      candidate.activate(position);
      Maths.subtract(hidden.at(position), candidate.output(position), work);
      Maths.multiplyElements(update.output(position), work, work);
      Maths.add(candidate.output(position), work, hidden.at(position + 1));
    }

    /** Adds to the candidate's sum what comes from the state. */
    private void addState(int position) {
      Tensor sum = candidate.sums().at(position);
      if (resetAfter) {
        candidate.recurrent().multiply(read(position), 0, inner.at(position));
        Maths.multiplyElements(reset.output(position), inner.at(position), work);
        Maths.add(sum, work, sum);
      } else {
        Maths.multiplyElements(reset.output(position), read(position), inner.at(position));
        candidate.recurrent().multiply(inner.at(position), 1, sum);
      }
    }

    @Override
    void stepBack(int position) {
      Tensor dh = hidden.gradient();
      Maths.subtract(hidden.at(position), candidate.output(position), work);
      Maths.multiplyElements(dh, work, update.gradient(position));
      Maths.multiplyElements(dh, update.output(position), work);
      Maths.subtract(dh, work, candidate.gradient(position));
      Maths.copy(work, dh);
      candidate.differentiate(position);
      addStateBack(position);
      for (Gate gate : List.of(update, reset)) {
        gate.differentiate(position);
        gate.recurrent().multiplyBack(gate.gradient(position), 1, readGradient);
      }
      drop(readGradient);
      Maths.add(dh, readGradient, dh);
    }

    /** Starts the gradient of what is read, and writes that of the reset gate. */
    private void addStateBack(int position) {
      Tensor sumGradient = candidate.gradient(position);
      if (resetAfter) {
        Tensor innerGradient = gradients(innerGradients).at(position);
        Maths.multiplyElements(sumGradient, inner.at(position), reset.gradient(position));
        Maths.multiplyElements(sumGradient, reset.output(position), innerGradient);
        candidate.recurrent().multiplyBack(innerGradient, 0, readGradient);
      } else {
        candidate.recurrent().multiplyBack(sumGradient, 0, readGradient);
        Maths.multiplyElements(readGradient, read(position), reset.gradient(position));
        Maths.multiplyElements(readGradient, reset.output(position), readGradient);
      }
    }

    @Override
    void addRecurrentGradients() {
      update.recurrent().addGradients(reads(), update.gradients().all());
      reset.recurrent().addGradients(reads(), reset.gradients().all());
      if (resetAfter) {
        candidate.recurrent().addGradients(reads(), gradients(innerGradients).all());
      } else {
        candidate.recurrent().addGradients(inner.all(), candidate.gradients().all());
      }
    }
  }
}
