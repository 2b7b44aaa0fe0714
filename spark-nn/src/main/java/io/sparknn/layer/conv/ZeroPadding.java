package io.sparknn.layer.conv;

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
 * Zeros before and after the input along one, two or three axes.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (before + extent + after..., channels)}.
 * In a row of ragged sequences the zeros stand right behind its own last step, and count.
 *
 * @param padding for each axis the number of zeros before and after
 */
public record ZeroPadding(List<List<Integer>> padding) implements Layer {

  private static final int INPUT = 0;

  public ZeroPadding {
    padding = Margins.check("padding", padding);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape shape = Spatial.input(inputs, padding.size());
    for (int axis = 0; axis < padding.size(); axis++) {
      int extent = shape.extent(axis);
      shape = shape.with(axis, extent < 0 ? extent : padded(extent, padding.get(axis)));
    }
    return shape;
  }

  private static int padded(int extent, List<Integer> margin) {
    return Sizes.extent((long) extent + Margins.sum(margin), "padding");
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = Steps.input(pass, INPUT);
    Maths.fill(pass.output(), 0);
    for (int row = 0; row < pass.rows(); row++) {
      margins(pass, row).insert(x.row(row), pass.output().row(row));
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    for (int row = 0; row < pass.rows(); row++) {
      margins(pass, row).extract(pass.outputGradient().row(row), pass.inputGradient().row(row));
    }
    Steps.clear(pass.inputGradient(), pass.mask());
  }

  @Override
  public Mask outputMask(Pass pass) {
    return Steps.outputMask(pass, length -> padded(length, padding.get(0)));
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "zeropadding%dd", padding.size());
  }

  private Margins margins(Pass pass, int row) {
    return new Margins(padding, pass.input().shape(), Steps.length(pass, row));
  }
}
