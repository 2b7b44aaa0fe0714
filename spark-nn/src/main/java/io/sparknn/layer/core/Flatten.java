package io.sparknn.layer.core;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.View;
import io.sparknn.tensor.Shape;
import java.util.List;

/** All elements of a row on one axis. Input {@code (a, b, ...)}, output {@code (a * b * ...)}. */
public record Flatten() implements View {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(Inputs.one(inputs).size());
  }
}
