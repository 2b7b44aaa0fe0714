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
import java.util.Arrays;
import java.util.List;

/**
 * The maximum over windows that slide along one, two or three axes, channel by channel; padding
 * does not count. The gradient goes to the first greatest element.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (positions..., channels)}. Each row of
 * ragged sequences is pooled by its own length.
 *
 * @param windows one for each axis
 */
public record MaxPooling(List<Window> windows) implements Layer {

  private static final int WINNER = 0;
  private static final int INPUT = 0;

  public MaxPooling {
    windows = Pooling.check(windows);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Pooling.outputShape(windows, inputs);
  }

  @Override
  public void forward(Pass pass) {
    Tensor input = Steps.input(pass, INPUT);
    Tensor winners = pass.saved(WINNER, pass.output().shape());
    int channels = input.columns();
    Maths.fill(pass.output(), 0);
    Maths.fill(winners, 0);
    for (int row = 0; row < pass.rows(); row++) {
      Windows at = Windows.of(windows, pass, row);
      Tensor x = input.row(row);
      Tensor y = pass.output().row(row);
      Tensor winner = winners.row(row);
      int end = y.offset() + at.positions() * channels;
      Arrays.fill(y.data(), y.offset(), end, Float.NEGATIVE_INFINITY);
      at.visit(
          (position, place, tap, inside) ->
              Maths.takeGreater(
                  x.data(),
                  x.offset() + place * channels,
                  tap,
                  y.data(),
                  y.offset() + position * channels,
                  winner.data(),
                  winner.offset() + position * channels,
                  channels));
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Tensor winners = pass.saved(WINNER, pass.output().shape());
    int channels = winners.columns();
    Maths.fill(pass.inputGradient(), 0);
    for (int row = 0; row < pass.rows(); row++) {
      Tensor winner = winners.row(row);
      Tensor dy = pass.outputGradient().row(row);
      Tensor dx = pass.inputGradient().row(row);
      Windows.of(windows, pass, row)
          .visit(
              (position, place, tap, inside) ->
                  Maths.addWhereWinner(
                      winner.data(),
                      winner.offset() + position * channels,
                      tap,
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
    return "maxpooling%dd".formatted(windows.size());
  }
}
