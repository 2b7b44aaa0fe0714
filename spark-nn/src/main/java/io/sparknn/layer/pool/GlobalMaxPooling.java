package io.sparknn.layer.pool;

import io.sparknn.layer.Layer;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Spatial;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The maximum over all positions, channel by channel. Steps that do not count are left out; a row
 * without any gives 0. The gradient goes to the first greatest element.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (channels)}.
 *
 * @param axes the number of axes, one to three, without the channels'
 */
public record GlobalMaxPooling(int axes) implements Layer {

  private static final int WINNER = 0;

  public GlobalMaxPooling {
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
    Tensor winner = pass.saved(WINNER, y.shape());
    int channels = y.columns();
    Places places = Places.of(pass);
    Maths.fill(winner, 0);
    for (int row = 0; row < pass.rows(); row++) {
      int to = row * channels;
      int first = places.first(row);
      float least = places.count(row) == 0 ? 0 : Float.NEGATIVE_INFINITY;
      Arrays.fill(y.data(), y.offset() + to, y.offset() + to + channels, least);
      places.visit(
          row,
          place ->
              Maths.takeGreater(
                  x.data(),
                  x.offset() + place * channels,
                  place - first,
                  y.data(),
                  y.offset() + to,
                  winner.data(),
                  winner.offset() + to,
                  channels));
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Tensor dy = pass.outputGradient();
    Tensor dx = pass.inputGradient();
    Tensor winner = pass.saved(WINNER, dy.shape());
    int channels = dy.columns();
    Places places = Places.of(pass);
    Maths.fill(dx, 0);
    for (int row = 0; row < pass.rows(); row++) {
      int from = row * channels;
      int first = places.first(row);
      places.visit(
          row,
          place ->
              Maths.addWhereWinner(
                  winner.data(),
                  winner.offset() + from,
                  place - first,
                  dy.data(),
                  dy.offset() + from,
                  dx.data(),
                  dx.offset() + place * channels,
                  channels));
    }
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "globalmaxpooling%dd", axes);
  }
}
