package io.sparknn.layer.pool;

import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Steps;
import io.sparknn.layer.Window;
import io.sparknn.layer.Windows;
import io.sparknn.tensor.Pool;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

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

  /** Up to here a tap's number is exact as a float, as which it is kept. */
  private static final int EXACT = 1 << 24;

  private static final int WINNER = 0;
  private static final int INPUT = 0;

  public MaxPooling {
    windows = Pooling.check(windows);
    Windows.checkTaps(windows, EXACT);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Pooling.outputShape(windows, inputs);
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = Steps.input(pass, INPUT);
    Tensor y = pass.output();
    Tensor winners = pass.saved(WINNER, y.shape());
    Pool shared = Pooling.shared(windows, pass);
    for (int row = 0; row < pass.rows(); row++) {
      Pool pool = shared == null ? Pooling.pool(windows, pass, row) : shared;
      int at = row * Pooling.size(y);
      pool.max(
          x.data(),
          x.offset() + row * Pooling.size(x),
          y.data(),
          y.offset() + at,
          winners.data(),
          winners.offset() + at);
      Steps.clearFrom(outputLength(Steps.length(pass, row)), y, row);
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Tensor dy = pass.outputGradient();
    Tensor dx = pass.inputGradient();
    Tensor winners = pass.saved(WINNER, dy.shape());
    Pool shared = Pooling.shared(windows, pass);
    for (int row = 0; row < pass.rows(); row++) {
      Pool pool = shared == null ? Pooling.pool(windows, pass, row) : shared;
      int at = row * Pooling.size(dy);
      pool.maxGradient(
          winners.data(),
          winners.offset() + at,
          dy.data(),
          dy.offset() + at,
          dx.data(),
          dx.offset() + row * Pooling.size(dx));
    }
    Steps.clear(dx, pass.mask());
  }

  @Override
  public Mask outputMask(Pass pass) {
    return Steps.outputMask(pass, this::outputLength);
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "maxpooling%dd", windows.size());
  }

  private int outputLength(int length) {
    return windows.get(0).positions(length);
  }
}
