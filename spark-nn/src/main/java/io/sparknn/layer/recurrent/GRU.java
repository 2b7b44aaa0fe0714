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

    /**
     * What the reset gate multiplies, if it comes after the recurrent kernel; else the product. In
     * the backward pass the former's gradient.
     */
    private final Track inner = track();

    private final Tensor readGradient = work();
    private final Tensor work = work();

    Gated(Pass pass) {
      super(GRU.this, pass);
    }

    @Override
    void step(int position) {
      addProducts(update, position);
      addProducts(reset, position);
      sumInputs(candidate, position);
      addState(position);
      candidate.activate(position);
      Cells.gru(
          update.output(position),
          candidate.output(position),
          hidden.at(position),
          hidden.at(position + 1));
    }

    private void addProducts(Gate gate, int position) {
      sumInputs(gate, position);
      gate.recurrent().addProduct(read(position), gate.sum(position));
      gate.activate(position);
    }

    /** Adds to the candidate's sum what comes from the state. */
    private void addState(int position) {
      Tensor sum = candidate.sum(position);
      Tensor product = inner.at(position);
      if (resetAfter) {
        candidate.recurrent().multiply(read(position), product);
        Maths.multiplyElements(reset.output(position), product, work);
        Maths.add(sum, work, sum);
      } else {
        Maths.multiplyElements(reset.output(position), read(position), product);
        candidate.recurrent().addProduct(product, sum);
      }
    }

    @Override
    void stepBack(int position) {
      Tensor dh = hidden.gradient();
      Cells.gruGradient(
          update.output(position),
          candidate.output(position),
          hidden.at(position),
          dh,
          update.gradient(),
          candidate.gradient());
      candidate.differentiate(position);
      addStateBack(position);
      update.differentiate(position);
      reset.differentiate(position);
      addProductsBack(update, position);
      addProductsBack(reset, position);
      drop(readGradient);
      Maths.add(dh, readGradient, dh);
    }

    private void addProductsBack(Gate gate, int position) {
      Tensor sumGradient = gate.sumGradient(position);
      gate.recurrent().addProductBack(sumGradient, readGradient);
      gate.recurrent().addBiasGradient(sumGradient);
    }

    /** Starts the gradient of what is read, and writes that of the reset gate. */
    private void addStateBack(int position) {
      Tensor sumGradient = candidate.sumGradient(position);
      if (resetAfter) {
        Tensor innerGradient = inner.at(position);
        Maths.multiplyElements(sumGradient, innerGradient, reset.gradient());
        Maths.multiplyElements(sumGradient, reset.output(position), innerGradient);
        candidate.recurrent().multiplyBack(innerGradient, readGradient);
        candidate.recurrent().addBiasGradient(innerGradient);
      } else {
        candidate.recurrent().multiplyBack(sumGradient, readGradient);
        Maths.multiplyElements(readGradient, read(position), reset.gradient());
        Maths.multiplyElements(readGradient, reset.output(position), readGradient);
      }
    }

    @Override
    void addRecurrentGradients() {
      update.recurrent().addGradient(reads(), update.sumGradients());
      reset.recurrent().addGradient(reads(), reset.sumGradients());
      if (resetAfter) {
        candidate.recurrent().addGradient(reads(), inner.all());
      } else {
        candidate.recurrent().addGradient(inner.all(), candidate.sumGradients());
      }
    }
  }
}
