package io.sparknn.layer.norm;

import io.sparknn.init.Initializer;
import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * Root mean square normalisation over the last axis (Zhang and Sennrich, NeurIPS 2019): {@code y =
 * scale * x / sqrt(mean of x^2 + epsilon)}, with the mean over each position's features.
 *
 * <p>Input and output {@code (..., features)}. Weight: {@code scale (features)}.
 */
public record RMSNormalization(double epsilon) implements Layer {

  private static final int SCALE = 0;

  private static final int NORMALIZED = 0;
  private static final int INVERSE = 1;

  private static final int ZEROS = 0;
  private static final int GRADIENT = 1;

  public RMSNormalization {
    Inputs.checkPositive("epsilon", epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Inputs.features(inputs);
    return Inputs.one(inputs);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    return List.of(Weight.vector("scale", Shape.of(Inputs.features(inputs)), Initializer.ONES));
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = pass.input();
    Tensor normalized = pass.saved(NORMALIZED, x.shape());
    Tensor inverse = pass.saved(INVERSE, Shape.of(x.rows()));
    int n = x.columns();
    for (int i = 0; i < x.rows(); i++) {
      int at = x.offset() + i * n;
      double mean = Maths.dot(x.data(), at, x.data(), at, n) / n;
      float factor = Maths.inverseRoot(mean + epsilon);
      inverse.data()[inverse.offset() + i] = factor;
      Maths.scale(factor, x.data(), at, normalized.data(), normalized.offset() + i * n, n);
    }
    Maths.affineRows(normalized, pass.weight(SCALE), zeros(pass), pass.output());
  }

  /**
   * With x' the normalised input and dx' its gradient: {@code dx = (dx' - x' mean of dx' x') /
   * root}.
   */
  @Override
  public void backward(Pass pass) {
    Tensor x = pass.saved(NORMALIZED, pass.input().shape());
    Tensor inverse = pass.saved(INVERSE, Shape.of(x.rows()));
    Maths.dotRows(pass.outputGradient(), x, pass.weightGradient(SCALE));
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Tensor gradient = pass.scratch(GRADIENT, x.shape());
    Maths.affineRows(pass.outputGradient(), pass.weight(SCALE), zeros(pass), gradient);
    Tensor dx = pass.inputGradient();
    int n = x.columns();
    for (int i = 0; i < x.rows(); i++) {
      int at = x.offset() + i * n;
      int from = gradient.offset() + i * n;
      int to = dx.offset() + i * n;
      float factor = inverse.data()[inverse.offset() + i];
      double mean = Maths.dot(gradient.data(), from, x.data(), at, n) / n;
      Maths.scale(factor, gradient.data(), from, dx.data(), to, n);
      Maths.addScaled((float) (-factor * mean), x.data(), at, dx.data(), to, n);
    }
  }

  private static Tensor zeros(Pass pass) {
    Tensor zeros = pass.scratch(ZEROS, Shape.of(pass.input().columns()));
    Maths.fill(zeros, 0);
    return zeros;
  }
}
