package io.sparknn.layer.norm;

import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Scope;
import io.sparknn.layer.Weight;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/** A batch normalisation and the rectifier that reads it. */
record RectifiedBatchNormalization(BatchNormalization normalization) implements Layer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return normalization.outputShape(inputs);
  }

  @Override
  public List<Weight> weights(List<Shape> inputs) {
    return normalization.weights(inputs);
  }

  @Override
  public Scope scope() {
    return normalization.scope();
  }

  @Override
  public void forward(Pass pass) {
    normalization.forward(pass, 0);
  }

  @Override
  public void backward(Pass pass) {
    normalization.backward(pass, pass.output());
  }

  @Override
  public void updateStatistics(List<Tensor> weights, List<Tensor> sums, long rows) {
    normalization.updateStatistics(weights, sums, rows);
  }
}
