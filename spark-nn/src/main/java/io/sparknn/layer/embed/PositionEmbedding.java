package io.sparknn.layer.embed;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.SparseRows;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * Adds a trained vector for each step (Gehring et al., ICML 2017): {@code y = x +
 * embeddings[step]}.
 *
 * <p>Input and output {@code (steps, features)}, of {@code maxSteps} steps at most. Weights: the
 * table {@code embeddings (maxSteps, features)}.
 */
public record PositionEmbedding(int maxSteps, Initializer embeddingsInitializer) implements Layer {
  private static final int EMBEDDINGS = 0;
  private static final int SUM = 0;

  /** Checks the configuration. */
  public PositionEmbedding {
    Inputs.checkPositive("maxSteps", maxSteps);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape shape = Inputs.one(inputs, 2, "(steps, features)");
    if (shape.extent(0) > maxSteps) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expects at most maxSteps = %d steps; received %s: set maxSteps to the greatest number of steps",
              maxSteps,
              shape));
    }
    return shape;
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    Shape table = Shape.of(maxSteps, Inputs.features(inputs));
    return List.of(Weight.table("embeddings", table, embeddingsInitializer));
  }

  @Override
  public void forward(Pass pass) {
    Tensor table = pass.weight(EMBEDDINGS);
    Shape steps = pass.input().row(0).shape();
    Tensor read = new Tensor(table.data(), table.offset(), steps);
    for (int row = 0; row < pass.rows(); row++) {
      Maths.add(pass.input().row(row), read, pass.output().row(row));
    }
  }

  @Override
  public void backward(Pass pass) {
    Tensor gradient = pass.outputGradient();
    if (pass.wantsInputGradient(0)) {
      Maths.copy(gradient, pass.inputGradient());
    }
    if (pass.wantsWeightGradient(EMBEDDINGS)) {
      Tensor sum = pass.scratch(SUM, gradient.row(0).shape());
      Maths.fill(sum, 0);
      Maths.sumRows(
          gradient.data(), gradient.offset(), sum.data(), sum.offset(), pass.rows(), sum.size());
      SparseRows rows = pass.tableGradient(EMBEDDINGS);
      for (int step = 0; step < sum.rows(); step++) {
        rows.add(step, sum.data(), sum.offset() + step * sum.columns());
      }
    }
  }
}
