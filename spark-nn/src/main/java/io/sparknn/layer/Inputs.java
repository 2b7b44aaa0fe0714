package io.sparknn.layer;

import io.sparknn.tensor.Shape;
import java.util.List;

/** Checks of a layer's inputs, each failing with one sentence. */
public final class Inputs {
  private Inputs() {}

  /** The only input's shape. */
  public static Shape one(List<Shape> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException("expects one input; received " + inputs.size());
    }
    return inputs.get(0);
  }

  /** The only input's shape, which must have a certain rank. */
  public static Shape one(List<Shape> inputs, int rank, String axes) {
    Shape shape = one(inputs);
    if (shape.rank() != rank) {
      throw new IllegalArgumentException(
          "expects input of shape %s; received %s: put a Reshape before it".formatted(axes, shape));
    }
    return shape;
  }

  /** The shape that all of at least two inputs share. */
  public static Shape same(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new IllegalArgumentException("expects at least two inputs; received " + inputs.size());
    }
    Shape shape = inputs.get(0);
    for (Shape other : inputs) {
      if (!shape.isCompatible(other)) {
        throw new IllegalArgumentException(
            "expects inputs of one shape; received "
                + inputs
                + ": bring the branches to the same shape first");
      }
      shape = shape.refine(other);
    }
    return shape;
  }

  /** A configuration value that must be at least 1. */
  public static void checkPositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1; received " + value);
    }
  }
}
