package io.sparknn.layer.conv;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Spatial;
import io.sparknn.layer.Steps;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Sizes;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * The input enlarged by a whole factor along one, two or three axes: each element repeated, or,
 * along two axes, interpolated between its neighbours with pixels' middles in place and borders
 * repeated.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (extent * size..., channels)}. Each row of
 * ragged sequences is enlarged by itself.
 *
 * @param size the factor for each axis
 */
public record UpSampling(List<Integer> size, Interpolation interpolation) implements Layer {

  private static final int INPUT = 0;

  public UpSampling {
    Spatial.checkAxes(size.size());
    size.forEach(factor -> Inputs.checkPositive("size", factor));
    size = List.copyOf(size);
    if (interpolation == Interpolation.BILINEAR && size.size() != 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "interpolation 'bilinear' takes 2 axes; received %d: use 'nearest'",
              size.size()));
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape shape = Spatial.input(inputs, size.size());
    for (int axis = 0; axis < size.size(); axis++) {
      int extent = shape.extent(axis);
      shape = shape.with(axis, extent < 0 ? extent : enlarged(extent, size.get(axis)));
    }
    return shape;
  }

  private static int enlarged(int extent, int factor) {
    return Sizes.extent((long) extent * factor, "size");
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = Steps.input(pass, INPUT);
    Tensor y = pass.output();
    int channels = x.columns();
    Maths.fill(y, 0);
    visit(
        pass,
        (output, input, share) ->
            Maths.addScaled(
                share,
                x.data(),
                x.offset() + input * channels,
                y.data(),
                y.offset() + output * channels,
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
    visit(
        pass,
        (output, input, share) ->
            Maths.addScaled(
                share,
                dy.data(),
                dy.offset() + output * channels,
                dx.data(),
                dx.offset() + input * channels,
                channels));
    Steps.clear(dx, pass.mask());
  }

  @Override
  public Mask outputMask(Pass pass) {
    return Steps.outputMask(pass, length -> enlarged(length, size.get(0)));
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "upsampling%dd", size.size());
  }

  /** Receives an output position and an input position that has a share in it. */
  private interface Visitor {
    void visit(int output, int input, float share);
  }

  private void visit(Pass pass, Visitor visitor) {
    Shape batch = pass.input().shape();
    for (int row = 0; row < pass.rows(); row++) {
      visit(batch, Steps.length(pass, row), 0, row, row, 1, visitor);
    }
  }

  /** Goes along one axis, given the positions and the share so far of all axes before. */
  private void visit(
      Shape batch, int extent, int axis, int output, int input, float share, Visitor visitor) {
    if (axis == size.size()) {
      visitor.visit(output, input, share);
      return;
    }
    int factor = size.get(axis);
    int stride = batch.extent(axis + 1);
    int next = batch.extent(axis + 2);
    for (int i = 0; i < extent * factor; i++) {
      double place = interpolation.place(i, factor);
      int low = (int) Math.floor(place);
      float above = (float) (place - low);
      int to = output * stride * factor + i;
      int first = input * stride + Math.max(low, 0);
      visit(batch, next, axis + 1, to, first, share * (1 - above), visitor);
      if (above > 0) {
        int second = input * stride + Math.min(low + 1, extent - 1);
        visit(batch, next, axis + 1, to, second, share * above, visitor);
      }
    }
  }
}
