package io.sparknn.layer.embed;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Sinusoids;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Adds sines and cosines of the step (Vaswani et al., NeurIPS 2017): to feature 2i {@code sin(step
 * / 10000^(2i / features))}, to feature 2i + 1 the cosine of the same angle.
 *
 * <p>Input and output {@code (steps, features)}.
 */
public record SinusoidalPositionEncoding() implements Layer {
  private static final int TABLE = 0;

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Inputs.one(inputs, 2, "(steps, features)");
  }

  @Override
  public void forward(Pass pass) {
    Tensor table = pass.scratch(TABLE, pass.input().row(0).shape());
    Sinusoids.fill(table);
    for (int row = 0; row < pass.rows(); row++) {
      Maths.add(pass.input().row(row), table, pass.output().row(row));
    }
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      Maths.copy(pass.outputGradient(), pass.inputGradient());
    }
  }
}
