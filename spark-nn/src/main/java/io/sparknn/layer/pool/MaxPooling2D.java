package io.sparknn.layer.pool;

import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Window;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;

/**
 * The maximum over each window, channel by channel; the gradient goes to the first greatest
 * element.
 *
 * <p>Input {@code (rows, columns, channels)}, output {@code (rows', columns', channels)}.
 */
public record MaxPooling2D(Window height, Window width) implements Layer {

  private static final int WINNER = 0;

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return new Cells(height, width).outputShape(inputs);
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = pass.input();
    Tensor y = pass.output();
    Tensor winner = pass.saved(WINNER, y.shape());
    int channels = x.columns();
    Maths.fill(y, Float.NEGATIVE_INFINITY);
    Maths.fill(winner, 0);
    new Cells(height, width)
        .visit(
            pass,
            (input, output, tap, taps) ->
                Maths.takeGreater(
                    x.data(),
                    x.offset() + input,
                    tap,
                    y.data(),
                    y.offset() + output,
                    winner.data(),
                    winner.offset() + output,
                    channels));
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Tensor dy = pass.outputGradient();
    Tensor dx = pass.inputGradient();
    Tensor winner = pass.saved(WINNER, dy.shape());
    int channels = dx.columns();
    Maths.fill(dx, 0);
    new Cells(height, width)
        .visit(
            pass,
            (input, output, tap, taps) ->
                Maths.addWhereWinner(
                    winner.data(),
                    winner.offset() + output,
                    tap,
                    dy.data(),
                    dy.offset() + output,
                    dx.data(),
                    dx.offset() + input,
                    channels));
  }
}
