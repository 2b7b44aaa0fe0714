package io.sparknn.layer.pool;

import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Steps;
import io.sparknn.layer.Window;
import io.sparknn.layer.Windows;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * The mean over windows that slide along one, two or three axes, channel by channel; padding does
 * not count.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (positions..., channels)}. Each row of
 * ragged sequences is pooled by its own length.
 *
 * @param windows one for each axis
 */
public record AveragePooling(List<Window> windows) implements Layer {

  private static final int INPUT = 0;

  public AveragePooling {
    windows = Pooling.check(windows);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Pooling.outputShape(windows, inputs);
  }

  @Override
  public void forward(Pass pass) {
    Tensor input = Steps.input(pass, INPUT);
    int channels = input.columns();
    Maths.fill(pass.output(), 0);
    for (int row = 0; row < pass.rows(); row++) {
      Tensor x = input.row(row);
      Tensor y = pass.output().row(row);
      Windows.of(windows, pass, row)
          .visit(
              (position, place, tap, inside) ->
                  Maths.addScaled(
                      1f / inside,
                      x.data(),
                      x.offset() + place * channels,
                      y.data(),
                      y.offset() + position * channels,
                      channels));
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    int channels = pass.output().columns();
    Maths.fill(pass.inputGradient(), 0);
    for (int row = 0; row < pass.rows(); row++) {
      Tensor dy = pass.outputGradient().row(row);
      Tensor dx = pass.inputGradient().row(row);
      Windows.of(windows, pass, row)
          .visit(
              (position, place, tap, inside) ->
                  Maths.addScaled(
                      1f / inside,
                      dy.data(),
                      dy.offset() + position * channels,
                      dx.data(),
                      dx.offset() + place * channels,
                      channels));
    }
    Steps.clear(pass.inputGradient(), pass.mask());
  }

  @Override
  public Mask outputMask(Pass pass) {
    return Steps.outputMask(pass, windows.get(0)::positions);
  }

  @Override
  public String kind() {
    return "averagepooling%dd".formatted(windows.size());
  }
}
