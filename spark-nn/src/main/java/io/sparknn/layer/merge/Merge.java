package io.sparknn.layer.merge;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Layer;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.tensor.Shape;
import io.sparknn.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/** An elementwise merge of two or more inputs of one shape. */
interface Merge extends Layer {

  @Override
  default Shape outputShape(List<Shape> inputs) {
    return Inputs.same(inputs);
  }

  @Override
  default Mask outputMask(Pass pass) {
    return mask(pass);
  }

  /**
   * The steps that count in every input.
   *
   * @throws IllegalArgumentException if a row's sequences are not equally long
   */
  static Mask mask(Pass pass) {
    Mask mask = pass.mask(0);
    for (int i = 1; i < pass.inputs(); i++) {
      checkLengths(mask, pass.mask(i));
      mask = Mask.and(mask, pass.mask(i));
    }
    return mask;
  }

  private static void checkLengths(Mask a, Mask b) {
    for (int row = 0; a != null && b != null && row < a.rows(); row++) {
      if (a.length(row) != b.length(row)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "expects sequences of one length in each row; received a row of %d and %d steps: bring them to the same length first",
                a.length(row),
                b.length(row)));
      }
    }
  }

  /**
   * The axis of a row that Keras counts with the batch's axis as 0, or from the end.
   *
   * @throws IllegalArgumentException if the shape has no such axis
   */
  static int axis(int axis, Shape shape) {
    int rank = shape.rank();
    if (axis == 0 || axis > rank || axis < -rank) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "axis must be from 1 to %d or from -%d to -1 for input %s; received %d",
              rank,
              rank,
              shape,
              axis));
    }
    return axis < 0 ? axis + rank : axis - 1;
  }

  /** The same axis of a batch. */
  static int axisOfBatch(int axis, Tensor batch) {
    return axis < 0 ? axis + batch.shape().rank() : axis;
  }
}
