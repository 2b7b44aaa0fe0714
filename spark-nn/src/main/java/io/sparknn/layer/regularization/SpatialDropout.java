package io.sparknn.layer.regularization;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Spatial;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * Dropout of whole channels (Tompson et al., CVPR 2015): in training each channel of a row becomes
 * 0 at all positions with probability {@code rate} and is divided by {@code 1 - rate} otherwise; in
 * scoring {@code y = x}. Input and output {@code (extents..., channels)}.
 *
 * @param spatialAxes the number of axes before the channels, 1 to 3
 */
public record SpatialDropout(int spatialAxes, double rate) implements Layer {

  private static final int ONES = 0;
  private static final int FACTORS = 1;

  public SpatialDropout {
    Spatial.checkAxes(spatialAxes);
    Inputs.checkRate("rate", rate);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Spatial.input(inputs, spatialAxes);
  }

  @Override
  public void forward(Pass pass) {
    drop(pass, pass.input(), pass.output());
  }

  @Override
  public void backward(Pass pass) {
    if (pass.wantsInputGradient(0)) {
      drop(pass, pass.outputGradient(), pass.inputGradient());
    }
  }

  private void drop(Pass pass, Tensor from, Tensor to) {
    int channels = from.columns();
    int positions = from.rows() / pass.rows();
    Tensor ones = pass.scratch(ONES, Shape.of(pass.rows(), channels));
    Tensor factors = pass.scratch(FACTORS, ones.shape());
    Maths.fill(ones, 1);
    Dropout.drop(pass, rate, ones, factors);
    for (int i = 0; i < from.rows(); i++) {
      Maths.multiplyElements(
          from.data(),
          from.offset() + i * channels,
          factors.data(),
          factors.offset() + i / positions * channels,
          to.data(),
          to.offset() + i * channels,
          channels);
    }
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "spatialdropout%dd", spatialAxes);
  }
}
