package io.sparknn.layer.pool;

import io.sparknn.layer.MeanOverSteps;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Spatial;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * The mean over all positions, channel by channel. Steps that do not count are left out; a row
 * without any gives 0.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (channels)}.
 *
 * @param axes the number of axes, one to three, without the channels'
 */
public record GlobalAveragePooling(int axes) implements MeanOverSteps {

  public GlobalAveragePooling {
    Spatial.checkAxes(axes);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(Spatial.input(inputs, axes).last());
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = pass.input();
    Tensor y = pass.output();
    int channels = y.columns();
    Places places = Places.of(pass);
    Maths.fill(y, 0);
    for (int row = 0; row < pass.rows(); row++) {
      float share = 1f / places.count(row);
      int to = y.offset() + row * channels;
      places.visit(
          row,
          place ->
              Maths.addScaled(
                  share, x.data(), x.offset() + place * channels, y.data(), to, channels));
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Tensor dy = pass.outputGradient();
    Tensor dx = pass.inputGradient();
    int channels = dy.columns();
    Places places = Places.of(pass);
    Maths.fill(dx, 0);
    for (int row = 0; row < pass.rows(); row++) {
      float share = 1f / places.count(row);
      int from = dy.offset() + row * channels;
      places.visit(
          row,
          place ->
              Maths.scale(
                  share, dy.data(), from, dx.data(), dx.offset() + place * channels, channels));
    }
  }

  @Override
  public boolean isMeanOverSteps() {
    return axes == 1;
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "globalaveragepooling%dd", axes);
  }
}
