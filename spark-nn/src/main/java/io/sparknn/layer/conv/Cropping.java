package io.sparknn.layer.conv;

import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.Spatial;
import io.sparknn.layer.Steps;
import io.sparknn.tensor.Maths;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * The input without its first and last elements along one, two or three axes.
 *
 * <p>Input {@code (extents..., channels)}, output {@code (extent - before - after..., channels)}. A
 * row of ragged sequences loses its own last steps.
 *
 * @param cropping for each axis the number of elements to leave out before and after
 */
public record Cropping(List<List<Integer>> cropping) implements Layer {

  private static final int INPUT = 0;

  public Cropping {
    cropping = Margins.check("cropping", cropping);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape shape = Spatial.input(inputs, cropping.size());
    for (int axis = 0; axis < cropping.size(); axis++) {
      int extent = shape.extent(axis);
      int margin = Margins.sum(cropping.get(axis));
      if (extent >= 0 && extent <= margin) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "cropping %s leaves nothing of an axis of %d: crop fewer",
                cropping.get(axis),
                extent));
      }
      shape = shape.with(axis, extent < 0 ? extent : extent - margin);
    }
    return shape;
  }

  @Override
  public void forward(Pass pass) {
    Tensor x = Steps.input(pass, INPUT);
    Maths.fill(pass.output(), 0);
    for (int row = 0; row < pass.rows(); row++) {
      margins(pass, row).extract(x.row(row), pass.output().row(row));
    }
  }

  @Override
  public void backward(Pass pass) {
    if (!pass.wantsInputGradient(0)) {
      return;
    }
    Maths.fill(pass.inputGradient(), 0);
    for (int row = 0; row < pass.rows(); row++) {
      margins(pass, row).insert(pass.outputGradient().row(row), pass.inputGradient().row(row));
    }
    Steps.clear(pass.inputGradient(), pass.mask());
  }

  @Override
  public Mask outputMask(Pass pass) {
    return Steps.outputMask(pass, this::outputLength);
  }

  @Override
  public String kind() {
    return String.format(Locale.ROOT, "cropping%dd", cropping.size());
  }

  private int outputLength(int length) {
    return Math.max(0, length - Margins.sum(cropping.get(0)));
  }

  private Margins margins(Pass pass, int row) {
    int length = outputLength(Steps.length(pass, row));
    return new Margins(cropping, pass.output().shape(), length);
  }
}
