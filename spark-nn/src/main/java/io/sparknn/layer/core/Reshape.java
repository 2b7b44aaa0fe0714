package io.sparknn.layer.core;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.Mask;
import io.sparknn.layer.Pass;
import io.sparknn.layer.View;
import io.sparknn.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * The same elements under another shape. Input {@code (...)}, output {@code targetShape}, of which
 * one extent may be -1 (unknown) and follows from the input's size. Rows of different lengths keep
 * their steps: the first extent must be -1, and the others hold the elements of one step.
 */
public record Reshape(Shape targetShape) implements View {

  public Reshape {
    int unknown = 0;
    for (int extent : targetShape.extents()) {
      unknown += extent == Shape.UNKNOWN ? 1 : 0;
    }
    if (targetShape.rank() == 0 || unknown > 1 || targetShape.isRagged()) {
      throw new IllegalArgumentException(
          "targetShape must have at least one axis and at most one extent of -1; received "
              + targetShape);
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (Inputs.one(inputs).isRagged()) {
      return keepSteps(inputs.get(0));
    }
    int size = Inputs.one(inputs).size();
    if (size == Shape.UNKNOWN) {
      return targetShape;
    }
    long known = 1;
    Shape result = targetShape;
    for (int extent : targetShape.extents()) {
      // Never beyond a long: once it does not divide the size it matters no more.
      known = extent == Shape.UNKNOWN || known > size ? known : known * extent;
    }
    for (int axis = 0; axis < targetShape.rank(); axis++) {
      if (targetShape.extent(axis) == Shape.UNKNOWN && size % known == 0) {
        result = result.with(axis, (int) (size / known));
      }
    }
    if (known > size || result.size() != size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "targetShape %s does not hold the %d elements of input %s: choose extents whose product is %d",
              targetShape,
              size,
              inputs.get(0),
              size));
    }
    return result;
  }

  private Shape keepSteps(Shape input) {
    int size = input.with(0, 1).size();
    int target = targetShape.with(0, 1).size();
    boolean fits = size == Shape.UNKNOWN || size == target;
    if (targetShape.extent(0) != Shape.UNKNOWN || !fits) {
      throw new IllegalArgumentException(
          "targetShape %s does not keep the steps of input %s, rows of different lengths: choose -1 and extents that hold the elements of one step, or pool over the steps first"
              .formatted(targetShape, input));
    }
    return targetShape.with(0, Shape.RAGGED);
  }

  /** The input's, as long as the first axis stays. */
  @Override
  public Mask outputMask(Pass pass) {
    Mask mask = pass.mask();
    return mask != null && pass.output().shape().extent(1) == mask.steps() ? mask : null;
  }
}
