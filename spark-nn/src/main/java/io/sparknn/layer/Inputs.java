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

  /** Refuses any number of inputs but two. */
  public static void checkTwo(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException("expects two inputs; received " + inputs.size());
    }
  }

  /** Refuses a single input. */
  public static void checkSeveral(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new IllegalArgumentException("expects at least two inputs; received " + inputs.size());
    }
  }

  /** The shape that all of at least two inputs share. */
  public static Shape same(List<Shape> inputs) {
    checkSeveral(inputs);
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

  /**
   * The extent of the only input's last axis, on which weights depend.
   *
   * @throws IllegalArgumentException if it is ragged
   */
  public static int features(List<Shape> inputs) {
    int features = one(inputs).last();
    if (features == Shape.RAGGED) {
      throw new IllegalArgumentException(
          "expects rows of one length; received %s, rows of different lengths: pad them to one length, or put a layer for sequences (Embedding, or Reshape to (-1, 1) and LSTM) before it"
              .formatted(one(inputs)));
    }
    return features;
  }

  /**
   * Refuses ragged inputs.
   *
   * @param remedy what to do instead
   */
  public static void checkNotRagged(List<Shape> inputs, String remedy) {
    for (Shape shape : inputs) {
      if (shape.isRagged()) {
        throw new IllegalArgumentException(
            "expects rows of one shape; received %s, rows of different lengths: %s"
                .formatted(shape, remedy));
      }
    }
  }

  /** A configuration value that must be at least 1. */
  public static void checkPositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1; received " + value);
    }
  }

  /** A configuration value that must be above 0. */
  public static void checkPositive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + " must be above 0; received " + value);
    }
  }

  /** A part of the whole, such as a probability of dropping, that must be below 1. */
  public static void checkRate(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1); received " + value);
    }
  }
}
