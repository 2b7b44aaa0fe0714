package io.sparknn.layer.core;

import io.sparknn.layer.Inputs;
import io.sparknn.layer.View;
import io.sparknn.tensor.Shape;
import java.util.List;

/**
 * All elements of a row on one axis. Input {@code (a, b, ...)}, output {@code (a * b * ...)}. Rows
 * of different lengths cannot be flattened.
 */
public record Flatten() implements View {

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Inputs.one(inputs);
    Inputs.checkNotRagged(inputs, "pool over the steps first, as GlobalAveragePooling1D does");
    return Shape.of(input.size());
  }
}
