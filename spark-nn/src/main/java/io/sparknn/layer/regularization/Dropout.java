package io.sparknn.layer.regularization;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Inverted dropout (Srivastava et al., JMLR 2014): in training each element becomes 0 with
 * probability {@code rate} and is divided by {@code 1 - rate} otherwise; in scoring {@code y = x}.
 * Input and output {@code (...)}. What is dropped depends on seed, iteration, row and layer only,
 * never on the partitioning.
 */
public record Dropout(double rate) implements Layer {

  public Dropout {
    Inputs.checkRate("rate", rate);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.one(inputs);
  }

  @Override
  public void forward(Pass pass) {
    drop(pass, rate, pass.input(), pass.output());
  }

  @Override
  public boolean passesGradientOn() {
    return true;
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      drop(pass, rate, pass.outputGradient(), pass.inputGradient());
    }
  }

  /** Drops elements of each row, the same in every call of a pass; none in scoring. */
  static void drop(Pass pass, double rate, Tensor from, Tensor to) {
    if (!pass.training() || rate == 0) {
      Maths.copy(from, to);
      return;
    }
    int width = from.size() / pass.rows();
    for (int row = 0; row < pass.rows(); row++) {
      Maths.dropout(
          (float) rate,
          pass.randomKey(row),
          from.data(),
          from.offset() + row * width,
          to.data(),
          to.offset() + row * width,
          width);
    }
  }
}
