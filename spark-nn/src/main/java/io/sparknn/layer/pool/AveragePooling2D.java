package io.sparknn.layer.pool;

import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Window;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * The mean over each window, channel by channel; padding does not count.
 *
 * <p>Input {@code (rows, columns, channels)}, output {@code (rows', columns', channels)}.
 */
public record AveragePooling2D(Window height, Window width) implements Layer {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return new Cells(height, width).outputShape(inputs);
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = pass.input();
    Tensor y = pass.output();
    int channels = x.columns();
    Maths.fill(y, 0);
    new Cells(height, width)
        .visit(
            pass,
            (input, output, tap, taps) ->
                Maths.addScaled(
                    1f / taps,
                    x.data(),
                    x.offset() + input,
                    y.data(),
                    y.offset() + output,
                    channels));
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Tensor dy = pass.outputGradient();
    Tensor dx = pass.inputGradient();
    int channels = dx.columns();
    Maths.fill(dx, 0);
    new Cells(height, width)
        .visit(
            pass,
            (input, output, tap, taps) ->
                Maths.addScaled(
                    1f / taps,
                    dy.data(),
                    dy.offset() + output,
                    dx.data(),
                    dx.offset() + input,
                    channels));
  }
}
